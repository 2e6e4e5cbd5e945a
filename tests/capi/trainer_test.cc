// Training on the caller's own batches: gradients against differences of the
// loss, the update rule against the paper's (section 5).

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

constexpr int64_t kBatch = 4;
constexpr int32_t kLabels[kBatch] = {0, 3, 1, 4};

struct Batch {
  std::vector<float> images = Noise(kBatch * kViewSize, 5);
  std::vector<int32_t> labels{kLabels, kLabels + kBatch};
};

Trainer MakeTrainer(const alexnet_model* model) {
  auto options = Options(alexnet_trainer_options_init);
  options.batch = kBatch;
  options.threads = 1;
  alexnet_trainer* trainer = nullptr;
  OK(alexnet_trainer_create(model, &options, &trainer, e));
  return Trainer(trainer);
}

double Loss(alexnet_trainer* trainer, const Batch& batch) {
  auto result = Options(alexnet_step_result_init);
  OK(alexnet_trainer_gradients(trainer, batch.images.data(),
                               batch.images.size(), batch.labels.data(),
                               batch.labels.size(), &result, e));
  return result.loss;
}

std::vector<float> Read(const alexnet_trainer* trainer, const char* name,
                        int32_t what, size_t count) {
  std::vector<float> values(count);
  OK(alexnet_trainer_read(trainer, name, what, values.data(), count, e));
  return values;
}

struct Named {
  const char* name;
  size_t count;
};
constexpr Named kParameters[] = {{"conv1.weight", 4 * 3 * 3 * 3},
                                 {"conv1.bias", 4},
                                 {"fc2.weight", 5 * 4 * 4 * 4},
                                 {"fc2.bias", 5}};

TEST(TrainerTest, GradientsAreTheSlopesOfTheLoss) {
  const Model model = TinyModel(3);
  const Trainer trainer = MakeTrainer(model.get());
  const Batch batch;
  for (const Named& p : kParameters) {
    SCOPED_TRACE(p.name);
    Loss(trainer.get(), batch);
    const auto gradient =
        Read(trainer.get(), p.name, ALEXNET_VALUE_GRADIENT, p.count);
    const auto before =
        Read(trainer.get(), p.name, ALEXNET_VALUE_PARAMETER, p.count);
    double largest = 0;
    for (const float g : gradient) {
      largest = std::max(largest, std::abs(double{g}));
    }
    EXPECT_GT(largest, 1e-4);
    const size_t stride = std::max<size_t>(1, p.count / 16);
    for (size_t i = 0; i < p.count; i += stride) {
      constexpr float kStep = 0.02F;
      auto values = before;
      values[i] = before[i] + kStep;
      OK(alexnet_trainer_write(trainer.get(), p.name, ALEXNET_VALUE_PARAMETER,
                               values.data(), p.count, e));
      const double above = Loss(trainer.get(), batch);
      values[i] = before[i] - kStep;
      OK(alexnet_trainer_write(trainer.get(), p.name, ALEXNET_VALUE_PARAMETER,
                               values.data(), p.count, e));
      const double below = Loss(trainer.get(), batch);
      EXPECT_NEAR(gradient[i], (above - below) / (2.0 * kStep), 1e-2 * largest)
          << "element " << i;
    }
    OK(alexnet_trainer_write(trainer.get(), p.name, ALEXNET_VALUE_PARAMETER,
                             before.data(), p.count, e));
  }
}

TEST(TrainerTest, StepsFollowTheRuleAndLowerTheLoss) {
  const Model model = TinyModel(3);
  const Trainer trainer = MakeTrainer(model.get());
  const Batch batch;
  constexpr float kRate = 0.1F;
  constexpr float kMomentum = 0.9F;
  constexpr float kDecay = 0.01F;
  constexpr Named kName = {"fc2.weight", 320};
  const double first = Loss(trainer.get(), batch);
  std::vector<float> velocity(kName.count, 0.0F);
  auto rule = Options(alexnet_update_rule_init);
  rule.rate = kRate;
  rule.momentum = kMomentum;
  rule.weight_decay = kDecay;
  auto result = Options(alexnet_step_result_init);
  for (int step = 1; step <= 30; ++step) {
    const auto before =
        Read(trainer.get(), kName.name, ALEXNET_VALUE_PARAMETER, kName.count);
    Loss(trainer.get(), batch);
    const auto gradient =
        Read(trainer.get(), kName.name, ALEXNET_VALUE_GRADIENT, kName.count);
    OK(alexnet_trainer_step(trainer.get(), batch.images.data(),
                            batch.images.size(), batch.labels.data(), kBatch,
                            &rule, &result, e));
    const auto after =
        Read(trainer.get(), kName.name, ALEXNET_VALUE_PARAMETER, kName.count);
    for (size_t i = 0; i < kName.count; ++i) {
      velocity[i] =
          kMomentum * velocity[i] - kRate * (gradient[i] + kDecay * before[i]);
      ASSERT_NEAR(after[i], before[i] + velocity[i], 2e-5F) << "step " << step;
      velocity[i] = after[i] - before[i];
    }
    EXPECT_EQ(result.step, step);
    EXPECT_EQ(result.threads, 1);
  }
  const double last = Loss(trainer.get(), batch);
  EXPECT_LT(last, first / 2);
}

TEST(TrainerTest, ANanLossUpdatesNothing) {
  const Model model = TinyModel();
  const Trainer trainer = MakeTrainer(model.get());
  Batch batch;
  batch.images[7] = std::numeric_limits<float>::quiet_NaN();
  auto rule = Options(alexnet_update_rule_init);
  rule.rate = 0.1F;
  rule.momentum = 0.9F;
  const auto before =
      Read(trainer.get(), "fc2.bias", ALEXNET_VALUE_PARAMETER, kClasses);
  REFUSED(ALEXNET_DIVERGED,
          alexnet_trainer_step(trainer.get(), batch.images.data(),
                               batch.images.size(), batch.labels.data(), kBatch,
                               &rule, nullptr, e));
  EXPECT_EQ(before,
            Read(trainer.get(), "fc2.bias", ALEXNET_VALUE_PARAMETER, kClasses));
}

TEST(TrainerTest, WrongSizesAndLabelsAreRefused) {
  constexpr alexnet_status kBad = ALEXNET_INVALID_ARGUMENT;
  const Model model = TinyModel();
  const Trainer trainer = MakeTrainer(model.get());
  alexnet_trainer* t = trainer.get();
  Batch batch;
  const float* in = batch.images.data();
  int32_t* labels = batch.labels.data();
  const size_t size = batch.images.size();
  REFUSED(kBad, alexnet_trainer_gradients(t, in, size - 1, labels, kBatch,
                                          nullptr, e));
  REFUSED(kBad, alexnet_trainer_gradients(t, in, size, labels, kBatch - 1,
                                          nullptr, e));
  for (const int32_t label : {-1, 5, INT32_MAX, INT32_MIN}) {
    labels[2] = label;
    REFUSED(kBad,
            alexnet_trainer_gradients(t, in, size, labels, kBatch, nullptr, e));
  }
  labels[2] = 1;
  auto rule = Options(alexnet_update_rule_init);
  rule.rate = std::numeric_limits<float>::quiet_NaN();
  REFUSED(kBad,
          alexnet_trainer_step(t, in, size, labels, kBatch, &rule, nullptr, e));
  std::vector<float> values(6);
  REFUSED(kBad, alexnet_trainer_read(t, "fc2.bias", ALEXNET_VALUE_PARAMETER,
                                     values.data(), 4, e));
  REFUSED(kBad, alexnet_trainer_write(t, "fc2.bias", ALEXNET_VALUE_PARAMETER,
                                      values.data(), 6, e));
  REFUSED(kBad, alexnet_trainer_write(t, "fc2.bias", ALEXNET_VALUE_GRADIENT,
                                      values.data(), 5, e));
  REFUSED(kBad, alexnet_trainer_read(t, "fc2.bias", 7, values.data(), 5, e));
  const std::string text =
      REFUSED(ALEXNET_NOT_FOUND,
              alexnet_trainer_read(t, "fc7.bias", ALEXNET_VALUE_PARAMETER,
                                   values.data(), 5, e));
  EXPECT_NE(text.find("fc2.bias"), std::string::npos) << text;
}

TEST(TrainerTest, ItsModelHasTheParametersAsTheyAre) {
  const Model model = TinyModel();
  const Trainer trainer = MakeTrainer(model.get());
  const std::vector<float> bias = {1, 2, 3, 4, 5};
  OK(alexnet_trainer_write(trainer.get(), "fc2.bias", ALEXNET_VALUE_PARAMETER,
                           bias.data(), bias.size(), e));
  alexnet_model* made = nullptr;
  OK(alexnet_trainer_model(trainer.get(), nullptr, &made, e));
  const Model trained(made);
  size_t index = 0;
  OK(alexnet_model_find_tensor(made, "fc2.bias", &index, e));
  std::vector<float> read(kClasses);
  OK(alexnet_model_read_tensor(made, index, 0, kClasses, read.data(), e));
  EXPECT_EQ(read, bias);
}

}  // namespace
}  // namespace alexnet_test
