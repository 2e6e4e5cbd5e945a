// Whole presets on the CPU backend beside the float64 reference: the logits of
// a picture of each, and a step's loss and gradients of batches for which
// training takes other kernels than for a few pictures.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/exec/inference_plan.h"
#include "core/exec/test_networks.h"
#include "core/exec/training_plan.h"
#include "core/network/presets.h"

namespace alexnet {
namespace {

using testing::RelativeError;
using testing::TestImages;
using testing::TestLabels;
using testing::TestParameters;

std::shared_ptr<Backend> Cpu() {
  return CreateCpuBackend({.threads = 2}).value();
}

class PresetLogitsTest : public ::testing::TestWithParam<std::string> {};

TEST_P(PresetLogitsTest, AreTheReferences) {
  const Network network = MakePreset(GetParam()).value().network;
  const auto source = TensorsAsSource(TestParameters(network));
  const std::vector<float> images = TestImages(network, 1);
  const int64_t classes = InferNetwork(network).value().classes;
  const auto logits = [&](const std::shared_ptr<Backend>& backend) {
    std::vector<float> output(static_cast<size_t>(classes));
    std::vector<float> values(static_cast<size_t>(classes));
    const auto plan = InferencePlan::Compile(
        network, backend, std::make_shared<PackedParameters>(source), {});
    EXPECT_TRUE(plan.ok()) << plan.status().ToString();
    EXPECT_TRUE((*plan)->Run(images.data(), output.data(), values.data()).ok());
    return values;
  };
  EXPECT_LT(RelativeError(logits(Cpu()), logits(CreateReferenceBackend())),
            2e-5);
}

std::vector<std::string> AllPresets() {
  std::vector<std::string> names;
  for (const PresetListing& preset : Presets()) names.emplace_back(preset.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, PresetLogitsTest,
                         ::testing::ValuesIn(AllPresets()),
                         [](const auto& instance) { return instance.param; });

// The length of the difference over that of `expected`: units at the bend of
// their ReLU, and maxima that are nearly alike, round to either side and change
// a few of the gradients' elements by more than rounding.
double Distance(const std::vector<float>& actual,
                const std::vector<float>& expected) {
  double difference = 0.0;
  double whole = 1e-30;
  for (size_t i = 0; i < expected.size(); ++i) {
    difference += std::pow(static_cast<double>(actual[i]) - expected[i], 2);
    whole += std::pow(static_cast<double>(expected[i]), 2);
  }
  return std::sqrt(difference / whole);
}

// Sizes are small, since the reference takes its time.
struct StepCase {
  const char* preset;
  int64_t size;
};

class PresetStepTest : public ::testing::TestWithParam<StepCase> {};

TEST_P(PresetStepTest, LossAndGradientsAreTheReferences) {
  constexpr int64_t kBatch = 17;
  const Network network =
      MakePreset(GetParam().preset,
                 {.classes = 10, .input_size = GetParam().size})
          .value()
          .network;
  const auto source = TensorsAsSource(TestParameters(network));
  const std::vector<float> images = TestImages(network, kBatch);
  const std::vector<int32_t> labels = TestLabels(kBatch, 10);
  const auto compile = [&](const std::shared_ptr<Backend>& backend) {
    return TrainingPlan::Compile(network, backend, *source, {.batch = kBatch})
        .value();
  };
  const auto expected = compile(CreateReferenceBackend());
  const auto actual = compile(Cpu());
  const StepInput input = {
      images.data(), labels.data(), {.seed = 11, .step = 3}};
  const double loss = expected->Gradients(input).value().loss;
  EXPECT_NEAR(actual->Gradients(input).value().loss, loss, 1e-5 * loss);
  const std::vector<ParameterInfo>& parameters = expected->info().parameters;
  for (size_t p = 0; p < parameters.size(); ++p) {
    const auto gradient = [&](const TrainingPlan& plan) {
      std::vector<float> values(
          static_cast<size_t>(parameters[p].shape.elements()));
      EXPECT_TRUE(plan.ReadGradient(static_cast<int>(p), values.data()).ok());
      return values;
    };
    EXPECT_LT(Distance(gradient(*actual), gradient(*expected)), 2e-2)
        << parameters[p].name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Some, PresetStepTest,
    ::testing::Values(StepCase{"torchvision", 71}, StepCase{"alexnet", 83},
                      StepCase{"bvlc_alexnet", 83}, StepCase{"lenet5", 32},
                      StepCase{"alexnet_small", 40},
                      StepCase{"cuda_convnet_18pct", 32},
                      StepCase{"cuda_convnet_11pct", 24}),
    [](const auto& instance) { return std::string(instance.param.preset); });

}  // namespace
}  // namespace alexnet
