// Every CPU kernel against the float64 reference, forward and backward, over
// shapes that take each of its paths.

#include "core/backend/cpu/cpu_backend.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/backend/testing/layer_cases.h"

namespace alexnet {
namespace {

using testing::ConvolutionOf;
using testing::ExpectEqualsReference;
using testing::KernelCase;
using testing::KernelResult;
using testing::LayerCase;
using testing::RandomValues;
using testing::RelativeError;
using testing::RunKernel;
using testing::TrainingOf;

class CpuKernelTest : public ::testing::TestWithParam<LayerCase> {
 protected:
  static Backend& Cpu() {
    static const std::shared_ptr<Backend> backend =
        CreateCpuBackend({.threads = 2}).value();
    return *backend;
  }
  static void Expect(const KernelCase& test) {
    ExpectEqualsReference(Cpu(), test, {GetParam().tolerance});
  }
};

TEST_P(CpuKernelTest, InferenceEqualsTheReference) {
  Expect(GetParam().kernel);
}

TEST_P(CpuKernelTest, TrainingEqualsTheReference) {
  Expect(TrainingOf(GetParam().kernel));
}

TEST_P(CpuKernelTest, WhatIsNotFiniteGoesOn) {
  for (const KernelCase& test :
       {GetParam().kernel, TrainingOf(GetParam().kernel)}) {
    testing::ExpectNotFiniteGoesOn(Cpu(), test, DType::kF32);
  }
}

TEST_P(CpuKernelTest, AFirstLayerNeedsNoSourceGradient) {
  KernelCase test = TrainingOf(GetParam().kernel);
  test.src_gradient = false;
  Expect(test);
}

INSTANTIATE_TEST_SUITE_P(All, CpuKernelTest,
                         ::testing::ValuesIn(testing::LayerCases()),
                         testing::LayerCaseName);

TEST(CpuBackendTest, AMaximumMayHaveMoreTapsThanAByteHolds) {
  const std::shared_ptr<Backend> cpu = CreateCpuBackend({.threads = 2}).value();
  for (const bool relu : {false, true}) {
    KernelCase test;
    test.layer = {"pool", Pooling{PoolKind::kMax, Window::Square(17, 3)}};
    test.in = {2, 8, 23, 20};
    if (relu) test.fused = ActivationKind::kRelu;
    ExpectEqualsReference(*cpu, TrainingOf(test), {1e-5});
  }
}

TEST(CpuBackendTest, AMaximumIsRectified) {
  const std::shared_ptr<Backend> cpu = CreateCpuBackend({.threads = 2}).value();
  for (const int64_t channels : {5, 8, 16}) {
    KernelCase test;
    test.layer = {"pool", Pooling{PoolKind::kMax, Window::Square(2, 2)}};
    test.in = {2, channels, 6, 8};
    test.fused = ActivationKind::kRelu;
    ExpectEqualsReference(*cpu, test, {1e-5});
    ExpectEqualsReference(*cpu, TrainingOf(test), {1e-5});
    testing::ExpectNotFiniteGoesOn(*cpu, TrainingOf(test), DType::kF32);
  }
}

// Kernels walk blobs as producers lay them out, whose blocks may hold more
// channels than a vector, or those of two groups.
TEST(CpuBackendTest, TakesTheLayoutsOfOthers) {
  const std::shared_ptr<Backend> cpu = CreateCpuBackend({.threads = 2}).value();
  const Window one = Window::Square(1, 1);
  const Layer average = {"pool",
                         Pooling{PoolKind::kAverage, Window::Square(3, 2)}};
  const auto expect = [&](const Layer& producer, const Layer& layer,
                          int64_t channels) {
    SCOPED_TRACE(layer.name + " of " + std::to_string(channels));
    KernelCase test;
    test.producer = producer;
    test.layer = layer;
    test.in = {2, channels, 7, 6};
    ExpectEqualsReference(*cpu, test, {1e-5});
    ExpectEqualsReference(*cpu, TrainingOf(test), {1e-5});
  };
  for (const int64_t channels : {24, 48}) {
    const Layer blocked = ConvolutionOf(channels, one);
    const Layer innermost = {"local",
                             LocallyConnected{channels, one, true, {}, {}}};
    for (const Layer& producer : {blocked, innermost}) {
      expect(producer, average, channels);
      expect(producer, ConvolutionOf(16, Window::Square(3, 1, 1)), channels);
      expect(producer, ConvolutionOf(16, Window::Square(3, 2, 1), 2), channels);
    }
  }
}

TEST(CpuBackendTest, AConvolutionOfTheWholeSourceIsAFullyConnectedLayer) {
  const std::shared_ptr<Backend> cpu = CreateCpuBackend({.threads = 2}).value();
  KernelCase test;
  test.layer = ConvolutionOf(40, Window{4, 5});
  test.fused = ActivationKind::kRelu;
  for (const int64_t batch : {1, 9}) {
    test.in = {batch, 24, 4, 5};
    test.producer = ConvolutionOf(24, Window::Square(1, 1));
    ExpectEqualsReference(*cpu, test, {1e-5});
    ExpectEqualsReference(*cpu, TrainingOf(test), {1e-5});
    test.src = RandomValues(test.in.elements(), 1);
    const KernelResult result = RunKernel(*cpu, test).value();
    EXPECT_EQ(result.name.find("lowered"), std::string::npos) << result.name;
    EXPECT_EQ(result.out, Shape({batch, 40, 1, 1}));
  }
}

struct NarrowCase {
  WeightType type;
  int64_t batch;
  double tolerance;
};

class NarrowWeightsTest : public ::testing::TestWithParam<NarrowCase> {};

TEST_P(NarrowWeightsTest, StayWithinTheTypesRounding) {
  const std::shared_ptr<Backend> cpu = CreateCpuBackend({.threads = 2}).value();
  const std::shared_ptr<Backend> reference = CreateReferenceBackend();
  KernelCase test;
  test.layer = {"fc", FullyConnected{41, true, {}, {}}};
  test.in = {GetParam().batch, 259};
  test.src = RandomValues(test.in.elements(), 1);
  const Result<KernelResult> expected = RunKernel(*reference, test);
  test.weight_dtype = GetParam().type;
  const Result<KernelResult> actual = RunKernel(*cpu, test);
  ASSERT_TRUE(expected.ok() && actual.ok());
  const double error = RelativeError(actual->dst, expected->dst);
  EXPECT_LT(error, GetParam().tolerance);
  EXPECT_GT(error, 1e-6);  // the weights really were narrowed
}

INSTANTIATE_TEST_SUITE_P(
    All, NarrowWeightsTest,
    ::testing::Values(NarrowCase{WeightType::kF16, 1, 1e-3},
                      NarrowCase{WeightType::kF16, 6, 1e-3},
                      NarrowCase{WeightType::kBF16, 1, 8e-3},
                      NarrowCase{WeightType::kBF16, 3, 8e-3},
                      NarrowCase{WeightType::kBF16, 9, 8e-3},
                      NarrowCase{WeightType::kI8, 1, 1e-2},
                      NarrowCase{WeightType::kI8, 3, 1e-2},
                      NarrowCase{WeightType::kI8, 9, 1e-2}));

TEST(CpuBackendTest, AFullyConnectedLayersBitsDoNotDependOnThreads) {
  KernelCase test;
  test.layer = {"fc", FullyConnected{259, true, {}, {}}};
  test.training = true;
  for (const Shape& in : {Shape({37, 300}), Shape({300, 1100})}) {
    test.in = in;
    test.src = RandomValues(in.elements(), 1);
    test.dst_gradient = RandomValues(in[0] * 259, 9);
    for (const bool relu : {false, true}) {
      test.fused = relu ? std::optional(ActivationKind::kRelu) : std::nullopt;
      const KernelResult one =
          RunKernel(*CreateCpuBackend({.threads = 1}).value(), test).value();
      for (const int threads : {2, 3, 7}) {
        const KernelResult many =
            RunKernel(*CreateCpuBackend({.threads = threads}).value(), test)
                .value();
        EXPECT_EQ(one.dst, many.dst) << threads;
        EXPECT_EQ(one.src_gradient, many.src_gradient) << threads;
        EXPECT_EQ(one.weight_gradient, many.weight_gradient) << threads;
        EXPECT_EQ(one.bias_gradient, many.bias_gradient) << threads;
      }
    }
  }
}

TEST(CpuBackendTest, TheSameThreadsGiveTheSameBits) {
  KernelCase test;
  test.layer = ConvolutionOf(32, Window::Square(3, 1, 1), 2);
  test.in = {7, 16, 13, 13};
  test.src = RandomValues(test.in.elements(), 1);
  test.training = true;
  test.dst_gradient = RandomValues(7 * 32 * 13 * 13, 9);
  const auto run = [&] {
    return RunKernel(*CreateCpuBackend({.threads = 3}).value(), test).value();
  };
  const KernelResult first = run();
  for (int i = 0; i < 20; ++i) {
    const KernelResult again = run();
    EXPECT_EQ(first.dst, again.dst);
    EXPECT_EQ(first.weight_gradient, again.weight_gradient);
    EXPECT_EQ(first.bias_gradient, again.bias_gradient);
    EXPECT_EQ(first.src_gradient, again.src_gradient);
  }
}

TEST(CpuBackendTest, LossEqualsTheReference) {
  const std::shared_ptr<Backend> cpu = CreateCpuBackend().value();
  const std::shared_ptr<Backend> reference = CreateReferenceBackend();
  const std::vector<float> logits = RandomValues(7 * 11, 3, 20.0f);
  const std::vector<int32_t> labels = {0, 10, 3, 3, 7, 1, 5};
  std::vector<float> weights(11, 0.5f);
  weights[3] = 2.0f;
  for (const float smoothing : {0.0f, 0.1f}) {
    std::vector<float> actual(logits.size());
    std::vector<float> expected(logits.size());
    LossResult loss;
    LossResult truth;
    LossArgs args{logits.data(), labels.data(), 7, 11, smoothing, 14,
                  actual.data(), &loss};
    if (smoothing > 0.0f) args.class_weights = weights.data();
    ASSERT_TRUE(cpu->Loss(args).ok());
    args.gradient = expected.data();
    args.result = &truth;
    ASSERT_TRUE(reference->Loss(args).ok());
    EXPECT_NEAR(loss.loss_sum, truth.loss_sum, 1e-6 * truth.loss_sum);
    EXPECT_EQ(loss.correct, truth.correct);
    EXPECT_LT(RelativeError(actual, expected), 1e-6);
  }
}

TEST(CpuBackendTest, UpdatesEqualTheReference) {
  const std::shared_ptr<Backend> cpu = CreateCpuBackend().value();
  const std::shared_ptr<Backend> reference = CreateReferenceBackend();
  constexpr int64_t kCount = 100'003;
  const std::vector<float> gradient = RandomValues(kCount, 1);
  const auto run = [&](Backend& backend, std::vector<float>* weight,
                       std::vector<float>* velocity) {
    *weight = RandomValues(kCount, 2);
    *velocity = RandomValues(kCount, 3);
    SgdTensor tensor;
    tensor.weight = weight->data();
    tensor.gradient = gradient.data();
    tensor.velocity = velocity->data();
    tensor.elements = kCount;
    tensor.rate = 2.0f;
    tensor.decay = 0.5f;
    const auto updater = backend.CreateUpdater({tensor}).value();
    StepState state;
    state.rule = {0.005f, 0.9f, 1e-3f, 10.0f};
    StepOutcome outcome;
    const Status status = backend.Run([&]() -> Status {
      ALEXNET_RETURN_IF_ERROR(updater->FindNorm(&outcome));
      return updater->Update(&state, &outcome);
    });
    EXPECT_TRUE(status.ok());
    return outcome.squared_norm;
  };
  std::vector<float> weight, velocity, true_weight, true_velocity;
  const double norm = run(*cpu, &weight, &velocity);
  const double true_norm = run(*reference, &true_weight, &true_velocity);
  EXPECT_NEAR(norm, true_norm, 1e-9 * true_norm);
  EXPECT_LT(RelativeError(weight, true_weight), 1e-6);
  EXPECT_LT(RelativeError(velocity, true_velocity), 1e-6);
}

TEST(CpuBackendTest, RefusesALimitThatIsNoInstructionSet) {
  const std::string before = std::getenv("ALEXNET_MAX_CPU_ISA");
  ASSERT_EQ(setenv("ALEXNET_MAX_CPU_ISA", "AVX2", 1), 0);
  EXPECT_EQ(CreateCpuBackend().status().code(), StatusCode::kInvalidArgument);
  ASSERT_EQ(setenv("ALEXNET_MAX_CPU_ISA", before.c_str(), 1), 0);
}

TEST(CpuBackendTest, RefusesAbsurdThreads) {
  EXPECT_FALSE(CreateCpuBackend({.threads = -1}).ok());
  EXPECT_EQ(CreateCpuBackend({.threads = 3}).value()->threads(), 3);
  EXPECT_GE(CreateCpuBackend().value()->threads(), 1);
}

}  // namespace
}  // namespace alexnet
