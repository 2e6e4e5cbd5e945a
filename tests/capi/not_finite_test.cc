// NaN and infinity in a picture: no answer that looks like one comes out, and
// nothing is learnt from it.

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

// The reference, and training, take minutes for networks of full size.
const std::set<std::string>& SmallPresets() {
  static const std::set<std::string> kSmall = {"alexnet_small", "cifar10",
                                               "lenet5"};
  return kSmall;
}

Model ModelOf(const std::string& preset) {
  alexnet_network* network = nullptr;
  OK(alexnet_network_create_preset(preset.c_str(), kClasses, 0, &network, e));
  const Network owner(network);
  alexnet_model* model = nullptr;
  OK(alexnet_model_create_initial(network, 1, nullptr, &model, e));
  return Model(model);
}

std::vector<std::string> LayerNames(const alexnet_model* model) {
  alexnet_network* network = nullptr;
  OK(alexnet_model_network(model, &network, e));
  const Network owner(network);
  std::vector<std::string> names(alexnet_network_layer_count(network));
  for (size_t i = 0; i < names.size(); ++i) {
    auto info = Options(alexnet_layer_info_init);
    OK(alexnet_network_layer_at(network, i, &info, e));
    names[i] = info.name;
  }
  return names;
}

struct Way {
  const char* device;
  int64_t batch;
  bool activations;  // nothing is fused where each is asked for
};

// That a value of one picture makes all its outputs NaN, and no other's.
void ExpectNan(const alexnet_model* model, const Way& way, float bad) {
  SCOPED_TRACE(std::string(way.device) + ", batch " +
               std::to_string(way.batch) +
               (way.activations ? ", all activations" : "") + ", " +
               std::to_string(bad));
  const std::vector<std::string> names = LayerNames(model);
  std::vector<const char*> wanted;
  for (const std::string& name : names) wanted.push_back(name.c_str());
  auto options = Options(alexnet_session_options_init);
  options.device = way.device;
  options.batch = way.batch;
  options.threads = 2;
  if (way.activations) {
    options.activations = wanted.data();
    options.activation_count = wanted.size();
  }
  alexnet_session* made = nullptr;
  OK(alexnet_session_create(model, &options, &made, e));
  const Session session(made);
  auto info = Options(alexnet_session_info_init);
  OK(alexnet_session_get_info(made, &info, e));
  const size_t size =
      static_cast<size_t>(info.channels * info.height * info.width);
  std::vector<float> views = Noise(size * static_cast<size_t>(way.batch));
  std::fill(views.end() - static_cast<ptrdiff_t>(size), views.end(), bad);
  std::vector<float> output(static_cast<size_t>(way.batch) * kClasses);
  OK(alexnet_session_run(made, views.data(), views.size(), way.batch, nullptr,
                         output.data(), output.size(), e));
  for (size_t i = 0; i < output.size(); ++i) {
    const bool last = i / kClasses == static_cast<size_t>(way.batch) - 1;
    EXPECT_EQ(std::isnan(output[i]), last) << "output " << i;
  }
}

class NotFiniteTest : public ::testing::TestWithParam<std::string> {};

TEST_P(NotFiniteTest, PicturesGiveNan) {
  const Model model = ModelOf(GetParam());
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  // Fully connected layers of many pictures are other kernels.
  ExpectNan(model.get(), {"cpu", 1, false}, kNan);
  ExpectNan(model.get(), {"cpu", 6, false}, kNan);
  if (!SmallPresets().contains(GetParam())) return;
  ExpectNan(model.get(), {"cpu", 2, true}, kNan);
  ExpectNan(model.get(), {"cpu", 2, false},
            std::numeric_limits<float>::infinity());
  ExpectNan(model.get(), {"reference", 2, false}, kNan);
}

// Parameters and momenta.
std::vector<float> StateOf(const alexnet_model* model,
                           const alexnet_trainer* trainer) {
  auto info = Options(alexnet_model_info_init);
  OK(alexnet_model_get_info(model, &info, e));
  std::vector<float> all;
  for (size_t i = 0; i < static_cast<size_t>(info.tensor_count); ++i) {
    auto tensor = Options(alexnet_tensor_info_init);
    OK(alexnet_model_tensor_at(model, i, &tensor, e));
    if (tensor.role != ALEXNET_TENSOR_PARAMETER) continue;
    std::vector<float> values(static_cast<size_t>(tensor.elements));
    for (const int32_t what :
         {ALEXNET_VALUE_PARAMETER, ALEXNET_VALUE_MOMENTUM}) {
      OK(alexnet_trainer_read(trainer, tensor.name, what, values.data(),
                              values.size(), e));
      all.insert(all.end(), values.begin(), values.end());
    }
  }
  return all;
}

class NotFiniteTrainingTest : public ::testing::TestWithParam<std::string> {};

TEST_P(NotFiniteTrainingTest, AStepUpdatesNothing) {
  const Model model = ModelOf(GetParam());
  for (const char* device : {"cpu", "reference"}) {
    SCOPED_TRACE(device);
    auto options = Options(alexnet_trainer_options_init);
    options.batch = 2;
    options.device = device;
    options.threads = 2;
    alexnet_trainer* made = nullptr;
    OK(alexnet_trainer_create(model.get(), &options, &made, e));
    const Trainer trainer(made);
    auto info = Options(alexnet_model_info_init);
    OK(alexnet_model_get_info(model.get(), &info, e));
    std::vector<float> images = Noise(
        2 * static_cast<size_t>(info.channels * info.height * info.width));
    const std::vector<int32_t> labels = {0, 1};
    auto rule = Options(alexnet_update_rule_init);
    rule.rate = 1e-3F;
    const auto step = [&](alexnet_error** e) {
      return alexnet_trainer_step(made, images.data(), images.size(),
                                  labels.data(), labels.size(), &rule, nullptr,
                                  e);
    };
    const std::vector<float> before = StateOf(model.get(), made);
    const float good = images[17];
    images[17] = std::numeric_limits<float>::quiet_NaN();
    REFUSED(ALEXNET_DIVERGED, step(e));
    EXPECT_EQ(StateOf(model.get(), made), before);
    images[17] = good;
    OK(step(e));
    EXPECT_NE(StateOf(model.get(), made), before);
  }
}

TEST(NotFiniteModelTest, IsNotMade) {
  const Model model = TinyModel();
  auto options = Options(alexnet_trainer_options_init);
  options.batch = 1;
  alexnet_trainer* made = nullptr;
  OK(alexnet_trainer_create(model.get(), &options, &made, e));
  const Trainer trainer(made);
  std::vector<float> bias(kClasses);
  bias[2] = std::numeric_limits<float>::infinity();
  OK(alexnet_trainer_write(made, "fc2.bias", ALEXNET_VALUE_PARAMETER,
                           bias.data(), bias.size(), e));
  alexnet_model* after = nullptr;
  const std::string text = REFUSED(
      ALEXNET_DIVERGED, alexnet_trainer_model(made, nullptr, &after, e));
  EXPECT_NE(text.find("fc2.bias: 1 of 5 values"), std::string::npos) << text;
}

std::vector<std::string> Presets() {
  std::vector<std::string> names;
  for (size_t i = 0; i < alexnet_preset_count(); ++i) {
    names.push_back(alexnet_preset_name(i));
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Presets, NotFiniteTest, ::testing::ValuesIn(Presets()),
                         [](const auto& test) { return test.param; });
INSTANTIATE_TEST_SUITE_P(Presets, NotFiniteTrainingTest,
                         ::testing::ValuesIn(SmallPresets()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace alexnet_test
