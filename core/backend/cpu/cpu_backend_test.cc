// Every CPU kernel against the float64 reference, forward and backward, over
// shapes that take each of its paths.

#include "core/backend/cpu/cpu_backend.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"

namespace alexnet {
namespace {

using testing::KernelCase;
using testing::KernelResult;
using testing::RandomValues;
using testing::RelativeError;
using testing::RunKernel;

struct Case {
  std::string name;
  KernelCase kernel;
  double tolerance = 2e-5;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

Layer ConvolutionOf(int64_t filters, const Window& window, int64_t groups = 1,
                    bool bias = true) {
  return {"conv", Convolution{filters, window, groups, bias, {}, {}}};
}

Layer PoolingOf(PoolKind kind, const Window& window, bool count = true) {
  return {"pool", Pooling{kind, window, count}};
}

Layer LrnOf(LrnRegion region, int64_t size, float alpha, float beta, float k,
            int64_t groups = 1, bool divide = true) {
  return {"norm", Lrn{region, size, alpha, divide, beta, k, groups}};
}

std::vector<Case> ConvolutionCases() {
  std::vector<Case> cases;
  const auto add = [&](const char* name, const Layer& layer, const Shape& in,
                       bool relu) {
    Case test{std::string("Conv") + name + (relu ? "Relu" : ""), {}, 2e-5};
    test.kernel.layer = layer;
    test.kernel.in = in;
    if (relu) test.kernel.fused = ActivationKind::kRelu;
    cases.push_back(test);
  };
  for (const bool relu : {false, true}) {
    add("Plain", ConvolutionOf(32, Window::Square(3, 1, 1)), {2, 16, 9, 9},
        relu);
    add("Groups", ConvolutionOf(64, Window::Square(5, 1, 2), 2), {2, 32, 7, 8},
        relu);
    add("OddChannels", ConvolutionOf(10, Window::Square(3, 2)), {3, 5, 11, 9},
        relu);
    add("OddGroups", ConvolutionOf(6, Window::Square(3, 1, 1), 3), {2, 9, 6, 6},
        relu);
    add("NoBias", ConvolutionOf(16, Window::Square(3, 1, 1), 1, false),
        {2, 16, 5, 5}, relu);
    add("OneByOne", ConvolutionOf(20, Window::Square(1, 1)), {4, 48, 1, 1},
        relu);
    add("Ceil", ConvolutionOf(16, Window::Square(5, 3, 1, Rounding::kCeil)),
        {2, 16, 10, 12}, relu);
    add("FirstPadded", ConvolutionOf(64, Window::Square(11, 4, 2)),
        {2, 3, 63, 67}, relu);
    add("FirstUnpadded", ConvolutionOf(96, Window::Square(11, 4)),
        {1, 3, 67, 71}, relu);
    add("FirstCeil",
        ConvolutionOf(32, Window::Square(11, 4, 0, Rounding::kCeil)),
        {2, 3, 64, 65}, relu);
    add("FirstGrey", ConvolutionOf(16, Window::Square(9, 4, 3)), {2, 1, 37, 41},
        relu);
    add("FirstNoBias", ConvolutionOf(16, Window::Square(8, 4, 1), 1, false),
        {2, 3, 32, 32}, relu);
    add("Batch1", ConvolutionOf(48, Window::Square(3, 1, 1)), {1, 24, 13, 13},
        relu);
    add("Batch7", ConvolutionOf(8, Window::Square(5, 1, 2)), {7, 3, 16, 16},
        relu);
  }
  Window lopsided = Window::Square(3, 2);
  lopsided.pad_bottom = 1;
  lopsided.pad_left = 2;
  lopsided.kernel_w = 4;
  add("Lopsided", ConvolutionOf(16, lopsided), {2, 16, 8, 9}, false);
  return cases;
}

std::vector<Case> PoolingCases() {
  std::vector<Case> cases;
  const auto add = [&](const char* name, const Layer& layer, const Shape& in) {
    Case test{std::string("Pool") + name, {}, 1e-5};
    test.kernel.layer = layer;
    test.kernel.in = in;
    cases.push_back(test);
  };
  for (const PoolKind kind : {PoolKind::kMax, PoolKind::kAverage}) {
    const bool max = kind == PoolKind::kMax;
    const auto name = [max](const char* average, const char* maximum) {
      return max ? maximum : average;
    };
    const Window overlapped = Window::Square(3, 2);
    add(name("Average", "Max"), PoolingOf(kind, overlapped), {2, 16, 13, 15});
    add(name("AverageOdd", "MaxOdd"), PoolingOf(kind, overlapped),
        {3, 5, 7, 9});
    add(name("AverageCeil", "MaxCeil"),
        PoolingOf(kind, Window::Square(3, 2, 0, Rounding::kCeil)),
        {2, 32, 16, 16});
    add(name("AveragePad", "MaxPad"), PoolingOf(kind, Window::Square(3, 2, 1)),
        {2, 16, 9, 9});
    add(name("AveragePadNotCounted", "MaxPadNotCounted"),
        PoolingOf(kind, Window::Square(3, 2, 1), false), {2, 16, 9, 9});
    add(name("AverageOverhang", "MaxOverhang"),
        PoolingOf(kind, Window::Square(3, 2, 1, Rounding::kCeil)),
        {2, 8, 8, 10});
    add(name("AverageOverhangNotCounted", "MaxOverhangNotCounted"),
        PoolingOf(kind, Window::Square(3, 2, 1, Rounding::kCeil), false),
        {2, 8, 8, 10});
  }
  Window last = Window::Square(3, 2);
  last.pad_bottom = last.pad_right = 1;
  add("ZooLast", PoolingOf(PoolKind::kMax, last), {2, 16, 12, 12});
  return cases;
}

std::vector<Case> LrnCases() {
  std::vector<Case> cases;
  const auto add = [&](const char* name, const Layer& layer, const Shape& in) {
    Case test{std::string("Lrn") + name, {}, 2e-5};
    test.kernel.layer = layer;
    test.kernel.in = in;
    cases.push_back(test);
  };
  constexpr auto kAcross = LrnRegion::kAcrossChannels;
  constexpr auto kWithin = LrnRegion::kWithinChannel;
  // Alphas so large that the window's sum decides the result.
  add("Across", LrnOf(kAcross, 5, 2.0f, 0.75f, 1), {2, 32, 5, 7});
  add("AcrossTowers", LrnOf(kAcross, 5, 2.0f, 0.75f, 2, 2), {2, 96, 3, 5});
  add("AcrossTowersInsideABlock", LrnOf(kAcross, 5, 2.0f, 0.75f, 2, 2),
      {2, 20, 3, 5});
  add("AcrossOdd", LrnOf(kAcross, 5, 2.0f, 0.75f, 1), {3, 7, 4, 4});
  add("AcrossEvenWindow", LrnOf(kAcross, 4, 2.0f, 0.75f, 1), {2, 16, 4, 4});
  add("AcrossWide", LrnOf(kAcross, 9, 2.0f, 0.5f, 1, 1, false), {2, 16, 4, 4});
  add("AcrossWiderThanChannels", LrnOf(kAcross, 15, 2.0f, 1.3f, 1),
      {2, 4, 4, 4});
  add("AcrossOne", LrnOf(kAcross, 1, 2.0f, 0.75f, 1), {1, 16, 1, 1});
  add("Within", LrnOf(kWithin, 5, 20.0f, 0.75f, 1), {2, 16, 9, 8});
  add("WithinEven", LrnOf(kWithin, 4, 20.0f, 0.6f, 2, 1, false), {2, 6, 5, 9});
  return cases;
}

std::vector<Case> FullyConnectedCases() {
  std::vector<Case> cases;
  for (const int64_t batch : {1, 2, 3, 4, 5, 32}) {
    for (const bool relu : {false, true}) {
      Case test{
          "Full" + std::to_string(batch) + (relu ? "Relu" : ""), {}, 2e-5};
      test.kernel.layer = {"fc", FullyConnected{37, true, {}, {}}};
      test.kernel.in = {batch, 131};
      if (relu) test.kernel.fused = ActivationKind::kRelu;
      cases.push_back(test);
    }
  }
  Case maps{"FullOverMaps", {}, 2e-5};
  maps.kernel.layer = {"fc", FullyConnected{10, true, {}, {}}};
  maps.kernel.in = {3, 24, 3, 3};
  cases.push_back(maps);
  Case bare{"FullNoBias", {}, 2e-5};
  bare.kernel.layer = {"fc", FullyConnected{64, false, {}, {}}};
  bare.kernel.in = {2, 64};
  cases.push_back(bare);
  return cases;
}

std::vector<Case> OtherCases() {
  std::vector<Case> cases;
  const auto add = [&](const char* name, const LayerSpec& spec,
                       const Shape& in) {
    Case test{name, {}, 1e-5};
    test.kernel.layer = {"layer", spec};
    test.kernel.in = in;
    cases.push_back(test);
  };
  add("Relu", Activation{ActivationKind::kRelu}, {2, 10, 5, 5});
  add("Tanh", Activation{ActivationKind::kTanh}, {2, 10, 5, 5});
  add("ReluFlat", Activation{ActivationKind::kRelu}, {3, 40'000});
  add("Dropout", Dropout{0.5f}, {3, 1001});
  add("DropoutMaps", Dropout{0.3f}, {3, 6, 5, 3});
  add("AdaptiveSame", AdaptiveAveragePooling{6, 6}, {2, 5, 6, 6});
  add("AdaptiveDown", AdaptiveAveragePooling{6, 6}, {2, 5, 13, 9});
  add("AdaptiveUp", AdaptiveAveragePooling{6, 6}, {2, 5, 3, 1});
  add("Softmax", Softmax{}, {5, 10});
  add("SoftmaxMaps", Softmax{}, {5, 10, 1, 1});
  return cases;
}

std::vector<Case> AllCases() {
  std::vector<Case> all;
  for (auto* make : {ConvolutionCases, PoolingCases, LrnCases,
                     FullyConnectedCases, OtherCases}) {
    const std::vector<Case> cases = make();
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

class CpuKernelTest : public ::testing::TestWithParam<Case> {
 protected:
  static Backend& Cpu() {
    static const std::shared_ptr<Backend> backend =
        CreateCpuBackend({.threads = 2}).value();
    return *backend;
  }
  static Backend& Reference() {
    static const std::shared_ptr<Backend> backend = CreateReferenceBackend();
    return *backend;
  }

  // The reference never fuses: its activation is a kernel of its own.
  static void Expect(KernelCase test, double tolerance) {
    const auto shapes = testing::ShapesOf(test.layer, test.in);
    ASSERT_TRUE(shapes.ok()) << shapes.status().ToString();
    test.src = RandomValues(test.in.elements(), 1);
    const Result<KernelResult> actual = RunKernel(Cpu(), test);
    ASSERT_TRUE(actual.ok()) << actual.status().ToString();
    KernelCase plain = test;
    plain.fused.reset();
    Result<KernelResult> expected = RunKernel(Reference(), plain);
    ASSERT_TRUE(expected.ok()) << expected.status().ToString();
    if (test.fused) {
      for (size_t i = 0; i < expected->dst.size(); ++i) {
        if (expected->dst[i] <= 0) {
          expected->dst[i] = 0;
          if (!plain.dst_gradient.empty()) plain.dst_gradient[i] = 0;
        }
      }
      const std::vector<float> activated = expected->dst;
      expected = RunKernel(Reference(), plain);
      ASSERT_TRUE(expected.ok());
      expected->dst = activated;
    }
    SCOPED_TRACE(actual->name);
    EXPECT_EQ(actual->out, expected->out);
    EXPECT_LT(RelativeError(actual->dst, expected->dst), tolerance);
    if (test.dst_gradient.empty()) return;
    EXPECT_LT(RelativeError(actual->src_gradient, expected->src_gradient),
              tolerance);
    EXPECT_LT(RelativeError(actual->weight_gradient, expected->weight_gradient),
              tolerance);
    EXPECT_LT(RelativeError(actual->bias_gradient, expected->bias_gradient),
              tolerance);
  }
};

TEST_P(CpuKernelTest, InferenceEqualsTheReference) {
  Expect(GetParam().kernel, GetParam().tolerance);
}

TEST_P(CpuKernelTest, TrainingEqualsTheReference) {
  KernelCase test = GetParam().kernel;
  const auto shapes = testing::ShapesOf(test.layer, test.in);
  ASSERT_TRUE(shapes.ok());
  const int64_t outputs = shapes->out.elements() * test.in[0];
  test.training = true;
  test.dst_gradient = RandomValues(outputs, 77);
  Expect(test, GetParam().tolerance);
}

TEST_P(CpuKernelTest, AFirstLayerNeedsNoSourceGradient) {
  KernelCase test = GetParam().kernel;
  const auto shapes = testing::ShapesOf(test.layer, test.in);
  ASSERT_TRUE(shapes.ok());
  test.training = true;
  test.src_gradient = false;
  test.dst_gradient = RandomValues(shapes->out.elements() * test.in[0], 78);
  Expect(test, GetParam().tolerance);
}

INSTANTIATE_TEST_SUITE_P(All, CpuKernelTest, ::testing::ValuesIn(AllCases()),
                         [](const ::testing::TestParamInfo<Case>& param) {
                           return param.param.name;
                         });

struct NarrowCase {
  DType dtype;
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
  test.weight_dtype = GetParam().dtype;
  const Result<KernelResult> actual = RunKernel(*cpu, test);
  ASSERT_TRUE(expected.ok() && actual.ok());
  const double error = RelativeError(actual->dst, expected->dst);
  EXPECT_LT(error, GetParam().tolerance);
  EXPECT_GT(error, 1e-6);  // the weights really were narrowed
}

INSTANTIATE_TEST_SUITE_P(All, NarrowWeightsTest,
                         ::testing::Values(NarrowCase{DType::kF16, 1, 1e-3},
                                           NarrowCase{DType::kF16, 6, 1e-3},
                                           NarrowCase{DType::kBF16, 1, 8e-3},
                                           NarrowCase{DType::kBF16, 3, 8e-3},
                                           NarrowCase{DType::kBF16, 9, 8e-3}));

TEST(CpuBackendTest, TheSameThreadsGiveTheSameBits) {
  KernelCase test;
  test.layer = ConvolutionOf(32, Window::Square(3, 1, 1));
  test.in = {4, 16, 13, 13};
  test.src = RandomValues(test.in.elements(), 1);
  test.training = true;
  test.dst_gradient = RandomValues(4 * 32 * 13 * 13, 9);
  KernelResult first;
  KernelResult second;
  for (KernelResult* result : {&first, &second}) {
    Result<KernelResult> run =
        RunKernel(*CreateCpuBackend({.threads = 2}).value(), test);
    ASSERT_TRUE(run.ok()) << run.status().ToString();
    *result = *std::move(run);
  }
  EXPECT_EQ(first.dst, second.dst);
  EXPECT_EQ(first.weight_gradient, second.weight_gradient);
  EXPECT_EQ(first.src_gradient, second.src_gradient);
}

TEST(CpuBackendTest, LossEqualsTheReference) {
  const std::shared_ptr<Backend> cpu = CreateCpuBackend().value();
  const std::shared_ptr<Backend> reference = CreateReferenceBackend();
  const std::vector<float> logits = RandomValues(7 * 11, 3, 20.0f);
  const std::vector<int32_t> labels = {0, 10, 3, 3, 7, 1, 5};
  for (const float smoothing : {0.0f, 0.1f}) {
    std::vector<float> actual(logits.size());
    std::vector<float> expected(logits.size());
    LossArgs args{logits.data(), labels.data(), 7, 11, smoothing, 14,
                  actual.data()};
    const Result<LossResult> loss = cpu->Loss(args);
    args.gradient = expected.data();
    const Result<LossResult> truth = reference->Loss(args);
    ASSERT_TRUE(loss.ok() && truth.ok());
    EXPECT_NEAR(loss->loss_sum, truth->loss_sum, 1e-6 * truth->loss_sum);
    EXPECT_EQ(loss->correct, truth->correct);
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
    const SgdTensor tensor{weight->data(), gradient.data(), velocity->data(),
                           kCount,         0.01f,           5e-4f};
    EXPECT_TRUE(
        backend.Run([&] {
                 return backend.Sgd({&tensor, 1}, 0.9f, 0.5f);
               })
            .ok());
    return backend.SquaredNorm({&tensor, 1}).value();
  };
  std::vector<float> weight, velocity, true_weight, true_velocity;
  const double norm = run(*cpu, &weight, &velocity);
  const double true_norm = run(*reference, &true_weight, &true_velocity);
  EXPECT_NEAR(norm, true_norm, 1e-9 * true_norm);
  EXPECT_LT(RelativeError(weight, true_weight), 1e-6);
  EXPECT_LT(RelativeError(velocity, true_velocity), 1e-6);
}

TEST(CpuBackendTest, RefusesAbsurdThreads) {
  EXPECT_FALSE(CreateCpuBackend({.threads = -1}).ok());
  EXPECT_EQ(CreateCpuBackend({.threads = 3}).value()->threads(), 3);
  EXPECT_GE(CreateCpuBackend().value()->threads(), 1);
}

}  // namespace
}  // namespace alexnet
