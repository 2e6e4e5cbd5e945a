#include "core/backend/reference/reference_backend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "core/backend/testing/kernel_harness.h"

namespace alexnet {
namespace {

using testing::KernelCase;
using testing::RandomValues;
using testing::RunKernel;

double Dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0.0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

// For a linear layer F, <F x, y> = <x, F' y>, where backward computes F' y.
TEST(ReferenceBackendTest, BackwardIsTheAdjointOfLinearLayers) {
  Convolution convolution;
  convolution.out_channels = 4;
  convolution.window = Window::Square(3, 2, 1);
  convolution.groups = 2;
  convolution.has_bias = false;
  FullyConnected connected;
  connected.out_features = 7;
  connected.has_bias = false;
  Pooling average;
  average.kind = PoolKind::kAverage;
  average.window = Window::Square(3, 2, 1, Rounding::kCeil);
  const auto backend = CreateReferenceBackend();
  for (const LayerSpec& spec :
       {LayerSpec(convolution), LayerSpec(connected), LayerSpec(average),
        LayerSpec(AdaptiveAveragePooling{3, 2}), LayerSpec(Dropout{0.4f})}) {
    KernelCase test;
    test.layer = {"layer", spec};
    test.in = {2, 4, 6, 6};
    test.src = RandomValues(2 * 4 * 6 * 6, 1);
    test.training = true;
    const auto forward = RunKernel(*backend, test);
    ASSERT_TRUE(forward.ok()) << forward.status().ToString();
    test.dst_gradient =
        RandomValues(static_cast<int64_t>(forward->dst.size()), 2);
    const auto both = RunKernel(*backend, test);
    ASSERT_TRUE(both.ok()) << both.status().ToString();
    EXPECT_NEAR(Dot(both->dst, test.dst_gradient),
                Dot(test.src, both->src_gradient), 1e-4)
        << both->name;
  }
}

TEST(ReferenceBackendTest, DropoutIsTheIdentityOutsideTraining) {
  KernelCase test;
  test.layer = {"drop", Dropout{0.5f}};
  test.in = {2, 8};
  test.src = RandomValues(16, 1);
  const auto result = RunKernel(*CreateReferenceBackend(), test);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->dst, test.src);
}

TEST(ReferenceBackendTest, FusesNothing) {
  const auto backend = CreateReferenceBackend();
  KernelCase test;
  test.layer = {"pool", AdaptiveAveragePooling{1, 1}};
  test.in = {1, 1, 2, 2};
  test.src = RandomValues(4, 1);
  test.fused = ActivationKind::kRelu;
  EXPECT_FALSE(backend->CanFuse(test.layer, ActivationKind::kRelu));
  EXPECT_EQ(RunKernel(*backend, test).status().code(), StatusCode::kInternal);
}

TEST(ReferenceBackendTest, ReordersRoundTrip) {
  const auto backend = CreateReferenceBackend();
  KernelCase test;
  test.layer = {"relu", Activation{}};
  test.in = {2, 3, 2, 2};
  test.src = RandomValues(24, 1);
  for (float& value : test.src) value = std::abs(value);
  EXPECT_EQ(RunKernel(*backend, test)->dst, test.src);
  EXPECT_FALSE(
      backend->CreateReorder(Format::Dense({1, 2}), Format::Dense({2, 1}))
          .ok());
}

TEST(ReferenceBackendTest, LossOfAHandfulOfLogits) {
  const auto backend = CreateReferenceBackend();
  const float log3 = std::log(3.0f);
  const std::vector<float> logits = {0.0f, log3, 1000.0f, 1000.0f};
  const std::vector<int32_t> labels = {0, 0};
  std::vector<float> gradient(4);
  LossArgs args;
  args.logits = logits.data();
  args.labels = labels.data();
  args.batch = 2;
  args.classes = 2;
  args.gradient = gradient.data();
  LossResult loss;
  args.result = &loss;
  ASSERT_TRUE(backend->Loss(args).ok());
  EXPECT_NEAR(loss.loss_sum, std::log(4.0) + std::log(2.0), 1e-6);
  EXPECT_EQ(loss.correct, 1);  // of equal logits, the first is the largest
  const std::vector<float> expected = {-0.375f, 0.375f, -0.25f, 0.25f};
  EXPECT_LT(testing::RelativeError(gradient, expected), 1e-6);

  // t = (0.9, 0.1): half the smoothing mass of 0.2 goes to each class.
  args.label_smoothing = 0.2f;
  args.divisor = 8;
  ASSERT_TRUE(backend->Loss(args).ok());
  EXPECT_NEAR(loss.loss_sum,
              0.9 * std::log(4.0) - 0.1 * std::log(0.75) + std::log(2.0), 1e-6);
  EXPECT_NEAR(gradient[0], (0.25 - 0.9) / 8, 1e-6);
  EXPECT_NEAR(gradient[3], (0.5 - 0.1) / 8, 1e-6);
}

TEST(ReferenceBackendTest, ClassesCountByTheirWeights) {
  const auto backend = CreateReferenceBackend();
  const std::vector<float> logits = {0.0f, 0.0f, 0.0f, 0.0f};
  const std::vector<int32_t> labels = {0, 1};
  const std::vector<float> weights = {3.0f, 0.5f};
  std::vector<float> gradient(4);
  LossArgs args;
  args.logits = logits.data();
  args.labels = labels.data();
  args.batch = 2;
  args.classes = 2;
  args.class_weights = weights.data();
  args.gradient = gradient.data();
  LossResult loss;
  args.result = &loss;
  ASSERT_TRUE(backend->Loss(args).ok());
  EXPECT_NEAR(loss.loss_sum, 3.5 * std::log(2.0), 1e-6);
  const std::vector<float> expected = {-0.75f, 0.75f, 0.125f, -0.125f};
  EXPECT_LT(testing::RelativeError(gradient, expected), 1e-6);
}

TEST(ReferenceBackendTest, SgdAndNormByHand) {
  const auto backend = CreateReferenceBackend();
  float weight[] = {1.0f, -2.0f};
  const float gradient[] = {3.0f, 4.0f};
  float velocity[] = {0.5f, 0.0f};
  SgdTensor tensor;
  tensor.weight = weight;
  tensor.gradient = gradient;
  tensor.velocity = velocity;
  tensor.elements = 2;
  tensor.rate = 10.0f;
  tensor.decay = 4.0f;
  const auto updater = backend->CreateUpdater({tensor}).value();
  StepState state;
  state.rule = {0.01f, 0.9f, 0.05f, 2.5f};
  StepOutcome outcome;
  ASSERT_TRUE(updater->FindNorm(&outcome).ok());
  EXPECT_DOUBLE_EQ(outcome.squared_norm, 25.0);
  ASSERT_TRUE(updater->Update(&state, &outcome).ok());
  // v = 0.9 v - 0.1 * 0.2 w - 0.1 * 0.5 g
  EXPECT_NEAR(velocity[0], 0.45 - 0.02 - 0.15, 1e-7);
  EXPECT_NEAR(velocity[1], 0.04 - 0.2, 1e-7);
  EXPECT_NEAR(weight[0], 1.28, 1e-6);
  EXPECT_NEAR(weight[1], -2.16, 1e-6);
}

TEST(ReferenceBackendTest, AGradientOfAnotherRanksIsNotInTheNorm) {
  float weights[] = {1.0f, 1.0f};
  const float gradients[] = {3.0f, 4.0f};
  float velocities[] = {0.0f, 0.0f};
  std::vector<SgdTensor> tensors(2);
  for (size_t i = 0; i < tensors.size(); ++i) {
    tensors[i].weight = &weights[i];
    tensors[i].gradient = &gradients[i];
    tensors[i].velocity = &velocities[i];
    tensors[i].elements = 1;
  }
  tensors[0].in_norm = false;
  const auto updater = CreateReferenceBackend()->CreateUpdater(tensors).value();
  StepOutcome outcome;
  ASSERT_TRUE(updater->FindNorm(&outcome).ok());
  EXPECT_EQ(outcome.squared_norm, 16.0);
  // What was summed over ranks clips all of them alike.
  outcome.squared_norm = 100.0;
  const StepState state = {{}, {1.0f, 0.0f, 0.0f, 5.0f}};
  ASSERT_TRUE(updater->Update(&state, &outcome).ok());
  EXPECT_EQ(weights[0], 1.0f - 1.5f);
  EXPECT_EQ(weights[1], 1.0f - 2.0f);
}

TEST(ReferenceBackendTest, CountsDeadUnitsOfDenseFloats) {
  const auto backend = CreateReferenceBackend();
  // Two samples of three units; the last is dead.
  const std::vector<float> blob = {0, 1, 0, 2, 0, 0};
  int64_t dead = -1;
  ASSERT_TRUE(
      backend->CountDeadUnits(Format::Dense({2, 3}), blob.data(), &dead).ok());
  EXPECT_EQ(dead, 1);
}

TEST(ReferenceBackendTest, PaddingOfABlockedLayoutIsNotDead) {
  const auto backend = CreateReferenceBackend();
  // Three units stored as four.
  const std::vector<float> blob = {0, 1, 0, 0, 2, 0, 0, 0};
  Format format = Format::Dense({2, 3});
  format.bytes = 32;
  int64_t dead = -1;
  ASSERT_TRUE(backend->CountDeadUnits(format, blob.data(), &dead).ok());
  EXPECT_EQ(dead, 1);
}

}  // namespace
}  // namespace alexnet
