// Names and sizes that do not exist: the message lists what there is.

#include <limits>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

constexpr alexnet_status kBad = ALEXNET_INVALID_ARGUMENT;

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The status may be either: what was asked for is not there, and never will be.
// By reference, since the call that gives the status sets the error.
std::string NotThere(alexnet_status status, alexnet_error* const& error) {
  EXPECT_TRUE(status == ALEXNET_NOT_FOUND || status == kBad) << status;
  EXPECT_EQ(alexnet_error_code(error), status);
  std::string text = alexnet_error_text(error);
  alexnet_error_free(error);
  return text;
}

TEST(NamesTest, UnknownPresetListsThePresets) {
  ASSERT_GT(alexnet_preset_count(), 0U);
  alexnet_network* network = nullptr;
  alexnet_error* error = nullptr;
  const std::string text = NotThere(
      alexnet_network_create_preset("lenet", 0, 0, &network, &error), error);
  EXPECT_TRUE(Has(text, "lenet")) << text;
  for (size_t i = 0; i < alexnet_preset_count(); ++i) {
    EXPECT_TRUE(Has(text, alexnet_preset_name(i))) << text;
    EXPECT_STRNE(alexnet_preset_summary(i), "");
  }
  EXPECT_EQ(alexnet_preset_name(alexnet_preset_count()), nullptr);
  EXPECT_EQ(alexnet_preset_summary(SIZE_MAX), nullptr);
}

TEST(NamesTest, EveryPresetIsANetwork) {
  for (size_t i = 0; i < alexnet_preset_count(); ++i) {
    alexnet_network* made = nullptr;
    OK(alexnet_network_create_preset(alexnet_preset_name(i), 7, 0, &made, e));
    const Network network(made);
    const size_t layers = alexnet_network_layer_count(made);
    ASSERT_GT(layers, 0U);
    auto last = Options(alexnet_layer_info_init);
    OK(alexnet_network_layer_at(made, layers - 1, &last, e));
    EXPECT_EQ(last.output[1], 7) << alexnet_preset_name(i);
  }
}

TEST(NamesTest, UnknownDeviceListsTheDevices) {
  const Model model = TinyModel();
  auto options = Options(alexnet_session_options_init);
  options.device = "abacus";
  alexnet_session* session = nullptr;
  alexnet_error* error = nullptr;
  const std::string text = NotThere(
      alexnet_session_create(model.get(), &options, &session, &error), error);
  EXPECT_TRUE(Has(text, "abacus")) << text;
  ASSERT_GT(alexnet_device_count(), 0U);
  for (size_t i = 0; i < alexnet_device_count(); ++i) {
    auto info = Options(alexnet_device_info_init);
    OK(alexnet_device_at(i, &info, e));
    EXPECT_TRUE(Has(text, info.name)) << text;
    options.device = info.name;
    OK(alexnet_session_create(model.get(), &options, &session, e));
    alexnet_session_free(session);
  }
  auto info = Options(alexnet_device_info_init);
  EXPECT_NE(alexnet_device_at(alexnet_device_count(), &info, nullptr),
            ALEXNET_OK);
}

TEST(NamesTest, PrecisionsAreTheDevices) {
  const Model model = TinyModel();
  // A GPU's, asked of the processor; and none at all.
  constexpr int32_t kNone = 77;
  for (const int32_t precision : {int32_t{ALEXNET_PRECISION_BF16}, kNone}) {
    auto options = Options(alexnet_session_options_init);
    options.precision = precision;
    alexnet_session* session = nullptr;
    alexnet_error* error = nullptr;
    EXPECT_EQ(
        alexnet_session_create(model.get(), &options, &session, &error),
        precision == kNone ? ALEXNET_INVALID_ARGUMENT : ALEXNET_UNSUPPORTED);
    ASSERT_NE(error, nullptr);
    EXPECT_STREQ(alexnet_error_field(error), "precision");
    alexnet_error_free(error);
    EXPECT_EQ(session, nullptr);
  }
}

TEST(NamesTest, UnknownActivationListsTheLayers) {
  const Model model = TinyModel();
  const char* const names[] = {"tanh1", "conv9"};
  auto options = Options(alexnet_session_options_init);
  options.activations = names;
  options.activation_count = 2;
  alexnet_session* session = nullptr;
  alexnet_error* error = nullptr;
  const std::string text = NotThere(
      alexnet_session_create(model.get(), &options, &session, &error), error);
  EXPECT_TRUE(Has(text, "conv9")) << text;
  for (const char* layer : {"conv1", "tanh1", "pool1", "fc2", "prob"}) {
    EXPECT_TRUE(Has(text, layer)) << text;
  }
}

TEST(NamesTest, UnknownTensorListsTheTensors) {
  const Model model = TinyModel();
  size_t index = 0;
  const std::string text =
      REFUSED(ALEXNET_NOT_FOUND,
              alexnet_model_find_tensor(model.get(), "fc9.weight", &index, e));
  for (const char* name :
       {"conv1.weight", "conv1.bias", "fc2.weight", "fc2.bias"}) {
    EXPECT_TRUE(Has(text, name)) << text;
  }
}

TEST(NamesTest, MissingFilesAreNamed) {
  const std::string path = FreshPath("missing.alexnet");
  alexnet_model* model = nullptr;
  alexnet_error* error = nullptr;
  EXPECT_EQ(alexnet_model_load(path.c_str(), nullptr, &model, &error),
            ALEXNET_NOT_FOUND);
  EXPECT_TRUE(Has(alexnet_error_file(error), path))
      << alexnet_error_file(error);
  EXPECT_TRUE(Has(alexnet_error_text(error), path))
      << alexnet_error_text(error);
  alexnet_error_free(error);
  alexnet_dataset* dataset = nullptr;
  EXPECT_TRUE(Has(REFUSED(ALEXNET_NOT_FOUND,
                          alexnet_dataset_open(path.c_str(), 0, &dataset, e)),
                  path));
}

TEST(NamesTest, AbsurdBatchesAreRefused) {
  const Model model = TinyModel();
  for (const int64_t batch :
       {int64_t{-1}, int64_t{1} << 40, std::numeric_limits<int64_t>::max(),
        std::numeric_limits<int64_t>::min()}) {
    auto options = Options(alexnet_session_options_init);
    options.batch = batch;
    auto* session = reinterpret_cast<alexnet_session*>(uintptr_t{0x10});
    alexnet_error* error = nullptr;
    const alexnet_status status =
        alexnet_session_create(model.get(), &options, &session, &error);
    EXPECT_TRUE(status == kBad || status == ALEXNET_OUT_OF_MEMORY)
        << batch << ": " << alexnet_error_text(error);
    EXPECT_EQ(session, nullptr);
    alexnet_error_free(error);
    auto training = Options(alexnet_trainer_options_init);
    training.batch = batch;
    alexnet_trainer* trainer = nullptr;
    const alexnet_status trained =
        alexnet_trainer_create(model.get(), &training, &trainer, nullptr);
    EXPECT_TRUE(trained == kBad || trained == ALEXNET_OUT_OF_MEMORY) << batch;
  }
  auto options = Options(alexnet_session_options_init);
  options.threads = -1;
  alexnet_session* session = nullptr;
  REFUSED(kBad, alexnet_session_create(model.get(), &options, &session, e));
}

TEST(NamesTest, UnknownEnumValuesAreRefused) {
  const Model model = TinyModel();
  auto options = Options(alexnet_session_options_init);
  options.weight_dtype = ALEXNET_WEIGHTS_I8 + 1;
  alexnet_session* session = nullptr;
  REFUSED(kBad, alexnet_session_create(model.get(), &options, &session, e));
  options.weight_dtype = ALEXNET_WEIGHTS_I8;
  OK(alexnet_session_create(model.get(), &options, &session, e));
  alexnet_session_free(session);
  const Network network = TinyNetwork();
  REFUSED(kBad, alexnet_network_add_activation(network.get(), "x", 9, e));
  EXPECT_STRNE(alexnet_status_name(-5), nullptr);
  EXPECT_STRNE(alexnet_status_name(1000), nullptr);
}

TEST(NamesTest, ARefusedLayerIsNotAppended) {
  const Network network = TinyNetwork();
  const size_t layers = alexnet_network_layer_count(network.get());
  REFUSED(kBad, alexnet_network_add_dropout(network.get(), "x", 1.0F, e));
  REFUSED(kBad, alexnet_network_add_softmax(network.get(), "conv1", e));
  alexnet_network* empty = nullptr;
  OK(alexnet_network_create("n", 3, 8, 8, &empty, e));
  const Network owner(empty);
  auto conv = Options(alexnet_convolution_options_init);
  conv.out_channels = -4;
  conv.window.kernel_h = 3;
  REFUSED(kBad, alexnet_network_add_convolution(empty, "c", &conv, e));
  conv.out_channels = 4;
  conv.window.kernel_h = 99;
  REFUSED(kBad, alexnet_network_add_convolution(empty, "c", &conv, e));
  EXPECT_EQ(alexnet_network_layer_count(empty), 0U);
  EXPECT_EQ(alexnet_network_layer_count(network.get()), layers);
  alexnet_network* none = nullptr;
  REFUSED(kBad, alexnet_network_create("n", 2, 8, 8, &none, e));
  REFUSED(kBad, alexnet_network_create("n", 3, -8, 8, &none, e));
  REFUSED(kBad, alexnet_network_create("n", 3, 8, INT64_MAX, &none, e));
}

}  // namespace
}  // namespace alexnet_test
