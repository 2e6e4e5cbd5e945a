// Whole presets against PyTorch: logits of two inputs in inference, loss and
// gradients of a training batch of the same two, dropout included.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "core/backend/testing/kernel_harness.h"
#include "core/exec/inference_plan.h"
#include "core/exec/training_plan.h"
#include "core/network/presets.h"
#include "tests/pytorch/golden_support.h"

namespace alexnet::testing {
namespace {

constexpr int64_t kBatch = 2;

class GoldenPresetTest
    : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  void SetUp() override {
    const auto& [backend, preset] = GetParam();
    backend_ = GoldenBackend(backend);
    golden_ = ReadGolden(preset + ".json");
    network_ = MakePreset(preset).value().network;
    info_ = InferNetwork(network_).value();
    source_ = TensorsAsSource(
        GoldenParameters(info_, golden_.at("last_scale").get<double>()));
    images_ = GoldenValues(
        1, kBatch * network_.channels * network_.height * network_.width,
        golden_.at("input_scale").get<float>());
  }

  std::shared_ptr<Backend> backend_;
  nlohmann::json golden_;
  Network network_;
  NetworkInfo info_;
  std::shared_ptr<ParameterSource> source_;
  std::vector<float> images_;
};

TEST_P(GoldenPresetTest, LogitsAreTorchs) {
  const auto expected = golden_.at("logits").get<std::vector<float>>();
  const auto parameters = std::make_shared<PackedParameters>(source_);
  // Narrow weights are held to what a self-check tolerates.
  for (const auto& [type, tolerance] :
       {std::pair(WeightType::kF32, 1e-4), std::pair(WeightType::kF16, 2e-2),
        std::pair(WeightType::kBF16, 1e-1), std::pair(WeightType::kI8, 1e-1)}) {
    InferenceOptions options;
    options.batch = kBatch;
    options.weight_dtype = type;
    const auto plan =
        InferencePlan::Compile(network_, backend_, parameters, options);
    ASSERT_TRUE(plan.ok()) << plan.status().ToString();
    std::vector<float> output(expected.size());
    std::vector<float> logits(expected.size());
    const Status status =
        (*plan)->Run(images_.data(), output.data(), logits.data());
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_LT(RelativeError(logits, expected), tolerance)
        << WeightTypeName(type);
  }
}

TEST_P(GoldenPresetTest, LossAndGradientsAreTorchs) {
  auto compiled =
      TrainingPlan::Compile(network_, backend_, *source_, {.batch = kBatch});
  ASSERT_TRUE(compiled.ok()) << compiled.status().ToString();
  source_.reset();
  TrainingPlan& plan = **compiled;
  const auto labels = golden_.at("labels").get<std::vector<int32_t>>();
  StepInput input;
  input.images = images_.data();
  input.labels = labels.data();
  input.random = {.seed = kGoldenSeed,
                  .step = golden_.at("step").get<uint32_t>()};
  const auto result = plan.Gradients(input);
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  const double loss = golden_.at("loss");
  EXPECT_NEAR(result->loss, loss, 1e-4 * loss);
  for (size_t p = 0; p < info_.parameters.size(); ++p) {
    const ParameterInfo& parameter = info_.parameters[p];
    std::vector<float> gradient(
        static_cast<size_t>(parameter.shape.elements()));
    ASSERT_TRUE(plan.ReadGradient(static_cast<int>(p), gradient.data()).ok());
    // A unit at the bend of its ReLU may round to either side.
    ExpectGradient(gradient, static_cast<int>(p),
                   golden_.at("gradients").at(parameter.name), 1e-3,
                   parameter.name);
  }
}

INSTANTIATE_TEST_SUITE_P(Presets, GoldenPresetTest,
                         ::testing::Combine(::testing::Values("cpu"),
                                            ::testing::Values("torchvision",
                                                              "bvlc_alexnet")),
                         [](const auto& instance) {
                           return std::get<0>(instance.param) + "_" +
                                  std::get<1>(instance.param);
                         });

}  // namespace
}  // namespace alexnet::testing
