#include "core/backend/testing/layer_cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <ostream>
#include <utility>

#include "core/backend/reference/reference_backend.h"
#include "core/network/parameter_inference.h"

namespace alexnet::testing {

Layer ConvolutionOf(int64_t filters, const Window& window, int64_t groups,
                    bool bias) {
  return {"conv", Convolution{filters, window, groups, bias, {}, {}}};
}

namespace {

Layer PoolingOf(PoolKind kind, const Window& window, bool count = true) {
  return {"pool", Pooling{kind, window, count}};
}

Layer LrnOf(LrnRegion region, int64_t size, float alpha, float beta, float k,
            int64_t groups = 1, bool divide = true) {
  return {"norm", Lrn{region, size, alpha, divide, beta, k, groups}};
}

std::vector<LayerCase> ConvolutionCases() {
  std::vector<LayerCase> cases;
  const auto add = [&](const char* name, const Layer& layer, const Shape& in,
                       bool relu) {
    LayerCase test{std::string("Conv") + name + (relu ? "Relu" : ""), {}, 2e-5};
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
    // Channels and filters of LeNet-5, and of Caffe's.
    add("LeNet", ConvolutionOf(16, Window::Square(5, 1)), {5, 6, 14, 14}, relu);
    add("CaffeLeNet", ConvolutionOf(50, Window::Square(5, 1)), {3, 20, 12, 12},
        relu);
    add("FewFilters", ConvolutionOf(6, Window::Square(5, 1)), {3, 1, 32, 32},
        relu);
    add("FewNoBias", ConvolutionOf(10, Window::Square(3, 1), 1, false),
        {2, 12, 8, 8}, relu);
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

std::vector<LayerCase> PoolingCases() {
  std::vector<LayerCase> cases;
  const auto add = [&](const char* name, const Layer& layer, const Shape& in) {
    LayerCase test{std::string("Pool") + name, {}, 1e-5};
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

std::vector<LayerCase> LrnCases() {
  std::vector<LayerCase> cases;
  const auto add = [&](const char* name, const Layer& layer, const Shape& in) {
    LayerCase test{std::string("Lrn") + name, {}, 2e-5};
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
  add("AcrossThree", LrnOf(kAcross, 3, 2.0f, 0.75f, 1, 2), {2, 32, 4, 4});
  add("AcrossOne", LrnOf(kAcross, 1, 2.0f, 0.75f, 1), {1, 16, 1, 1});
  add("Within", LrnOf(kWithin, 5, 20.0f, 0.75f, 1), {2, 16, 9, 8});
  add("WithinThree", LrnOf(kWithin, 3, 20.0f, 0.75f, 2, 1, false),
      {3, 12, 17, 3});
  add("WithinWide", LrnOf(kWithin, 5, 20.0f, 0.75f, 1), {1, 8, 5, 61});
  add("WithinLarge", LrnOf(kWithin, 5, 20.0f, 0.75f, 1), {1, 8, 17, 61});
  add("WithinManyChannels", LrnOf(kWithin, 5, 20.0f, 0.75f, 1), {1, 296, 2, 2});
  add("WithinSeven", LrnOf(kWithin, 7, 20.0f, 0.75f, 1), {2, 8, 5, 9});
  add("WithinOtherBeta", LrnOf(kWithin, 3, 20.0f, 0.6f, 1), {2, 8, 5, 4});
  add("WithinOdd", LrnOf(kWithin, 3, 20.0f, 0.75f, 1), {2, 6, 5, 4});
  add("WithinEven", LrnOf(kWithin, 4, 20.0f, 0.6f, 2, 1, false), {2, 6, 5, 9});
  return cases;
}

std::vector<LayerCase> FullyConnectedCases() {
  std::vector<LayerCase> cases;
  const auto add = [&](const std::string& name, int64_t out, bool bias,
                       const Shape& in) {
    for (const bool relu : {false, true}) {
      LayerCase test{"Full" + name + (relu ? "Relu" : ""), {}, 2e-5};
      test.kernel.layer = {"fc", FullyConnected{out, bias, {}, {}}};
      test.kernel.in = in;
      if (relu) test.kernel.fused = ActivationKind::kRelu;
      cases.push_back(test);
    }
  };
  for (const int64_t batch : {1, 2, 3, 4, 5, 32}) {
    add(std::to_string(batch), 37, true, {batch, 131});
  }
  // Of several blocks in each direction.
  add("Wide", 259, true, {33, 300});
  add("LongRows", 90, true, {5, 1100});
  add("Odd", 85, true, {17, 257});
  add("Many", 10, true, {300, 40});
  add("OverMaps", 10, true, {3, 24, 3, 3});
  add("NoBias", 64, false, {2, 64});
  return cases;
}

std::vector<LayerCase> LocallyConnectedCases() {
  std::vector<LayerCase> cases;
  const auto add = [&](const char* name, int64_t out, const Window& window,
                       bool bias, const Shape& in) {
    for (const bool relu : {false, true}) {
      LayerCase test{
          std::string("Local") + name + (relu ? "Relu" : ""), {}, 2e-5};
      test.kernel.layer = {"local",
                           LocallyConnected{out, window, bias, {}, {}}};
      test.kernel.in = in;
      if (relu) test.kernel.fused = ActivationKind::kRelu;
      cases.push_back(test);
    }
  };
  add("Plain", 32, Window::Square(3, 1, 1), true, {2, 16, 4, 5});
  add("Odd", 7, Window::Square(3, 2), true, {3, 5, 7, 6});
  add("Ceil", 19, Window::Square(3, 2, 1, Rounding::kCeil), true, {4, 6, 6, 5});
  add("NoBias", 16, Window::Square(2, 2), false, {2, 8, 6, 6});
  add("OneByOne", 20, Window::Square(1, 1), true, {5, 24, 1, 1});
  add("OnePosition", 17, Window::Square(4, 1), true, {7, 3, 4, 4});
  add("Batch1", 40, Window::Square(3, 1, 1), true, {1, 12, 5, 5});
  add("Batch33", 6, Window::Square(3, 1, 1), true, {33, 9, 3, 3});
  add("Batch130", 4, Window::Square(2, 1), true, {130, 2, 3, 3});
  Window lopsided = Window::Square(3, 2);
  lopsided.pad_bottom = 1;
  lopsided.pad_left = 2;
  lopsided.kernel_w = 4;
  add("Lopsided", 16, lopsided, true, {2, 16, 8, 9});
  return cases;
}

std::vector<LayerCase> OtherCases() {
  std::vector<LayerCase> cases;
  const auto add = [&](const char* name, const LayerSpec& spec,
                       const Shape& in) {
    LayerCase test{name, {}, 1e-5};
    test.kernel.layer = {"layer", spec};
    test.kernel.in = in;
    cases.push_back(test);
  };
  add("Relu", Activation{ActivationKind::kRelu}, {2, 10, 5, 5});
  add("Tanh", Activation{ActivationKind::kTanh}, {2, 10, 5, 5});
  add("ReluFlat", Activation{ActivationKind::kRelu}, {3, 40'000});
  add("Dropout", Dropout{0.5f}, {3, 1001});
  add("DropoutEights", Dropout{0.5f}, {3, 1000});
  add("DropoutMaps", Dropout{0.3f}, {3, 6, 5, 3});
  add("DropoutMapsOfEights", Dropout{0.3f}, {3, 24, 5, 3});
  add("DropoutMapsOfFours", Dropout{0.3f}, {3, 24, 6, 2});
  add("DropoutPart", Dropout{0.5f}, {3, 1000});
  cases.back().kernel.part = {2, 37, 5001};
  add("DropoutPartOfMaps", Dropout{0.3f}, {3, 24, 6, 2});
  cases.back().kernel.part = {1, 12, 444};
  // Of several threads, whose shares begin within samples.
  add("DropoutShared", Dropout{0.5f}, {3, 20'000});
  add("DropoutPartShared", Dropout{0.5f}, {3, 20'000});
  cases.back().kernel.part = {3, 10'001, 40'003};
  // The numbers of its units, over four, are more than 32 bits hold.
  add("DropoutPartOfMany", Dropout{0.5f}, {3, 1000});
  cases.back().kernel.part = {int64_t{1} << 24, 37, 2003};
  add("AdaptiveSame", AdaptiveAveragePooling{6, 6}, {2, 5, 6, 6});
  add("AdaptiveDown", AdaptiveAveragePooling{6, 6}, {2, 5, 13, 9});
  add("AdaptiveUp", AdaptiveAveragePooling{6, 6}, {2, 5, 3, 1});
  add("Softmax", Softmax{}, {5, 10});
  add("SoftmaxWide", Softmax{}, {3, 1000});
  add("SoftmaxMaps", Softmax{}, {5, 10, 1, 1});
  return cases;
}

}  // namespace

std::vector<LayerCase> LayerCases() {
  std::vector<LayerCase> all;
  for (auto* make : {ConvolutionCases, PoolingCases, LrnCases,
                     FullyConnectedCases, LocallyConnectedCases, OtherCases}) {
    std::vector<LayerCase> cases = make();
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

void PrintTo(const LayerCase& test, std::ostream* out) { *out << test.name; }

std::string LayerCaseName(
    const ::testing::TestParamInfo<LayerCase>& parameter) {
  return parameter.param.name;
}

KernelCase TrainingOf(KernelCase test) {
  LayerShapes shapes = ShapesOf(test.layer, test.in).value();
  if (test.pooling) {
    shapes = ShapesOf(*test.pooling, WithBatch(shapes.out, test.in[0])).value();
  }
  test.training = true;
  test.dst_gradient = RandomValues(shapes.out.elements() * test.in[0], 77);
  return test;
}

double RelativeNorm(const std::vector<float>& actual,
                    const std::vector<float>& expected) {
  if (actual.size() != expected.size()) {
    return std::numeric_limits<double>::infinity();
  }
  double difference = 0.0;
  double norm = 0.0;
  for (size_t i = 0; i < actual.size(); ++i) {
    const double d = static_cast<double>(actual[i]) - expected[i];
    difference += d * d;
    norm += static_cast<double>(expected[i]) * expected[i];
  }
  if (!std::isfinite(difference)) {
    return std::numeric_limits<double>::infinity();
  }
  return difference == 0.0 ? 0.0 : std::sqrt(difference / norm);
}

namespace {

void Round(DType dtype, std::vector<float>* values) {
  if (dtype == DType::kF32) return;
  const int64_t count = static_cast<int64_t>(values->size());
  std::vector<uint16_t> narrow(values->size());
  NarrowFromFloat(values->data(), count, dtype, narrow.data());
  WidenToFloat(dtype, narrow.data(), count, values->data());
}

// The weights and biases that RunKernel would draw, rounded.
void RoundParameters(DType dtype, KernelCase* test) {
  const LayerShapes shapes = ShapesOf(test->layer, test->in).value();
  const std::vector<ParameterInfo> parameters =
      InferParameters(test->layer, 0, shapes.in).value();
  if (parameters.empty()) return;
  const Shape& weight = parameters[0].shape;
  if (test->weight.empty()) {
    test->weight = RandomValues(weight.elements(), 1001);
  }
  if (test->bias.empty()) test->bias = RandomValues(weight[0], 1002);
  Round(dtype, &test->weight);
  Round(dtype, &test->bias);
}

// What the reference gives for a layer and the pooling after it, one after the
// other.
Result<KernelResult> Pooled(Backend& reference, const KernelCase& test) {
  KernelCase layer = test;
  layer.pooling.reset();
  layer.dst_gradient.clear();
  KernelCase pooling = test;
  pooling.layer = *test.pooling;
  pooling.pooling.reset();
  pooling.src_rectified = false;
  ALEXNET_ASSIGN_OR_RETURN(const KernelResult between,
                           RunKernel(reference, layer));
  pooling.in = between.out;
  pooling.src = between.dst;
  ALEXNET_ASSIGN_OR_RETURN(KernelResult expected,
                           RunKernel(reference, pooling));
  if (test.dst_gradient.empty()) return expected;
  layer.dst_gradient = expected.src_gradient;
  ALEXNET_ASSIGN_OR_RETURN(KernelResult gradient, RunKernel(reference, layer));
  gradient.dst = std::move(expected.dst);
  gradient.out = expected.out;
  return gradient;
}

// What the reference, which fuses nothing and masks nothing, gives. `dst`: the
// backend's output, whose zeros are the mask of its ReLU: an output that is
// just about zero may fall on either side of it in another precision.
Result<KernelResult> Expected(const KernelCase& test,
                              const std::vector<float>& dst) {
  static const std::shared_ptr<Backend> reference = CreateReferenceBackend();
  KernelCase plain = test;
  plain.fused.reset();
  plain.producer.reset();
  plain.reader.reset();
  if (test.fused && !plain.dst_gradient.empty()) {
    for (size_t i = 0; i < std::min(dst.size(), plain.dst_gradient.size());
         ++i) {
      if (dst[i] <= 0.0f) plain.dst_gradient[i] = 0;
    }
  }
  ALEXNET_ASSIGN_OR_RETURN(
      KernelResult expected,
      test.pooling ? Pooled(*reference, plain) : RunKernel(*reference, plain));
  if (test.fused) {
    for (float& value : expected.dst) value = std::max(value, 0.0f);
  }
  return expected;
}

std::vector<float> SumsByChannel(const Shape& shape,
                                 const std::vector<float>& values) {
  const int64_t pixels = shape.elements() / shape[0] / shape[1];
  std::vector<double> sums(static_cast<size_t>(shape[1]));
  for (size_t i = 0; i < values.size(); ++i) {
    sums[i / static_cast<size_t>(pixels) % sums.size()] += values[i];
  }
  return {sums.begin(), sums.end()};
}

bool IsFiniteLike(float value, float truth) {
  if (std::isnan(truth)) return std::isnan(value);
  // A kernel may add 0 times what the layer's window does not hold.
  return std::isfinite(truth) || !std::isfinite(value);
}

// `sample`: what is not finite lies in it; -1: all are touched.
void ExpectFiniteLike(const std::vector<float>& values,
                      const std::vector<float>& truth, int64_t samples,
                      int64_t sample, const std::string& what) {
  ASSERT_EQ(values.size(), truth.size()) << what;
  const int64_t size = static_cast<int64_t>(values.size()) / samples;
  for (int64_t i = 0; i < size * samples; ++i) {
    const float value = values[static_cast<size_t>(i)];
    ASSERT_TRUE(IsFiniteLike(value, truth[static_cast<size_t>(i)]))
        << what << ": " << value << " at " << i << ", the reference has "
        << truth[static_cast<size_t>(i)];
    if (sample < 0 || i / size == sample) continue;
    ASSERT_TRUE(std::isfinite(value)) << what << " of another sample, at " << i;
  }
}

}  // namespace

void ExpectNotFiniteGoesOn(Backend& backend, KernelCase test, DType inputs) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  RoundParameters(inputs, &test);
  const int64_t samples = test.in[0];
  const int64_t sample = samples - 1;
  const auto place = [&](const std::vector<float>& values) {
    const size_t size = values.size() / static_cast<size_t>(samples);
    return size * static_cast<size_t>(sample) + size / 3;
  };
  const KernelCase plain = test;
  const auto run = [&](float src, float gradient, const char* what) {
    test.src = RandomValues(test.in.elements(), 1);
    test.dst_gradient = plain.dst_gradient;
    Round(inputs, &test.src);
    Round(inputs, &test.dst_gradient);
    const bool backward = !test.dst_gradient.empty();
    if (!std::isfinite(src)) test.src[place(test.src)] = src;
    if (backward && !std::isfinite(gradient)) {
      test.dst_gradient[place(test.dst_gradient)] = gradient;
    }
    const KernelResult actual = RunKernel(backend, test).value();
    const KernelResult expected = Expected(test, actual.dst).value();
    SCOPED_TRACE(actual.name + ", " + what);
    ExpectFiniteLike(actual.dst, expected.dst, samples, sample, "output");
    if (!backward) return;
    ExpectFiniteLike(actual.src_gradient, expected.src_gradient, samples,
                     sample, "source gradient");
    ExpectFiniteLike(actual.weight_gradient, expected.weight_gradient, 1, -1,
                     "weight gradient");
    ExpectFiniteLike(actual.bias_gradient, expected.bias_gradient, 1, -1,
                     "bias gradient");
  };
  run(std::nanf(""), 0.0f, "NaN in the source");
  run(kInfinity, 0.0f, "infinity in the source");
  run(-kInfinity, 0.0f, "minus infinity in the source");
  if (plain.dst_gradient.empty()) return;
  run(0.0f, std::nanf(""), "NaN in the gradient");
  run(0.0f, kInfinity, "infinity in the gradient");
}

void ExpectEqualsReference(Backend& backend, KernelCase test,
                           const Closeness& closeness) {
  const auto shapes = ShapesOf(test.layer, test.in);
  ASSERT_TRUE(shapes.ok()) << shapes.status().ToString();
  test.src = RandomValues(test.in.elements(), 1);
  if (test.src_rectified) {
    for (float& value : test.src) value = std::max(value, 0.0f);
  }
  Round(closeness.inputs, &test.src);
  Round(closeness.inputs, &test.dst_gradient);
  RoundParameters(closeness.inputs, &test);
  const Result<KernelResult> actual = RunKernel(backend, test);
  ASSERT_TRUE(actual.ok()) << actual.status().ToString();
  const Result<KernelResult> expected = Expected(test, actual->dst);
  ASSERT_TRUE(expected.ok()) << expected.status().ToString();
  SCOPED_TRACE(actual->name);
  EXPECT_EQ(actual->out, expected->out);
  const auto expect_close = [&](const std::vector<float>& values,
                                const std::vector<float>& truth,
                                const char* what) {
    const double error = closeness.norm ? RelativeNorm(values, truth)
                                        : RelativeError(values, truth);
    EXPECT_LT(error, closeness.tolerance) << what;
  };
  expect_close(actual->dst, expected->dst, "output");
  if (test.dst_gradient.empty()) return;
  expect_close(actual->src_gradient, expected->src_gradient, "source gradient");
  if (!actual->src_sums.empty()) {
    expect_close(actual->src_sums,
                 SumsByChannel(test.in, expected->src_gradient),
                 "sums of the source gradient");
  }
  expect_close(actual->weight_gradient, expected->weight_gradient,
               "weight gradient");
  expect_close(actual->bias_gradient, expected->bias_gradient, "bias gradient");
}

}  // namespace alexnet::testing
