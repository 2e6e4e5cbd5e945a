// A few steps of SGD on a small network against PyTorch: losses, the first
// gradients and the final weights. PyTorch's v is our -v / rate, which is the
// same update as long as the rate stays.

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "core/exec/training_plan.h"
#include "core/network/builder.h"
#include "tests/pytorch/golden_support.h"

namespace alexnet::testing {
namespace {

Network SmallNetwork() {
  // Biases learn at twice the rate and do not decay.
  const WeightAndBias rules = Gaussian(0.01f, 0.0f);
  const Window pool = Window::Square(3, 2, 0, Rounding::kCeil);
  Lrn norm;
  norm.alpha = 0.5f;
  norm.k = 2.0f;
  return ChainBuilder("golden", 3, 32)
      .Convolve("conv1", 16, Window::Square(5, 2, 2), 1, rules)
      .Relu("relu1")
      .Normalize("norm1", norm)
      .Pool("pool1", PoolKind::kMax, pool)
      .Convolve("conv2", 24, Window::Square(3, 1, 1), 2, rules)
      .Relu("relu2")
      .Pool("pool2", PoolKind::kMax, pool)
      .Full("fc3", 32, rules)
      .Relu("relu3")
      .Drop("drop3")
      .Full("fc4", 10, rules)
      .Classify();
}

class GoldenTrainingTest : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenTrainingTest, StepsAreTorchs) {
  const nlohmann::json golden = ReadGolden("training.json");
  const int64_t batch = golden.at("batch");
  const Network network = SmallNetwork();
  const auto source =
      TensorsAsSource(GoldenParameters(InferNetwork(network).value()));
  auto compiled = TrainingPlan::Compile(network, GoldenBackend(GetParam()),
                                        *source, {.batch = batch});
  ASSERT_TRUE(compiled.ok()) << compiled.status().ToString();
  TrainingPlan& plan = **compiled;
  const auto& parameters = plan.info().parameters;
  const auto read = [&](size_t p, bool gradient) {
    std::vector<float> values(
        static_cast<size_t>(parameters[p].shape.elements()));
    EXPECT_TRUE((gradient
                     ? plan.ReadGradient(static_cast<int>(p), values.data())
                     : plan.ReadParameter(static_cast<int>(p), values.data()))
                    .ok());
    return values;
  };
  UpdateRule rule;
  rule.rate = golden.at("rate");
  rule.momentum = golden.at("momentum");
  rule.weight_decay = golden.at("decay");
  std::vector<int32_t> labels;
  for (int32_t n = 0; n < batch; ++n) labels.push_back(n % 10);

  const std::vector<double> losses = golden.at("losses");
  for (size_t step = 0; step < losses.size(); ++step) {
    const std::vector<float> images =
        GoldenValues(400 + static_cast<uint32_t>(step), batch * 3 * 32 * 32);
    StepInput input;
    input.images = images.data();
    input.labels = labels.data();
    input.random = {.seed = kGoldenSeed, .step = static_cast<uint32_t>(step)};
    const auto result = plan.Step(input, rule);
    ASSERT_TRUE(result.ok()) << result.status().ToString();
    EXPECT_NEAR(result->loss, losses[step], 1e-4 * losses[step])
        << "step " << step;
    if (step > 0) continue;
    for (size_t p = 0; p < parameters.size(); ++p) {
      ExpectGradient(read(p, true), static_cast<int>(p),
                     golden.at("first_gradients").at(parameters[p].name), 1e-4,
                     parameters[p].name);
    }
  }
  for (size_t p = 0; p < parameters.size(); ++p) {
    double squared = 0.0;
    for (const float w : read(p, false)) squared += static_cast<double>(w) * w;
    const double norm = golden.at("final_norms").at(parameters[p].name);
    EXPECT_NEAR(std::sqrt(squared), norm, 1e-4 * norm) << parameters[p].name;
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, GoldenTrainingTest,
                         ::testing::Values("reference", "cpu", "emulated_cuda"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace alexnet::testing
