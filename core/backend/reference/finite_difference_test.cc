// Every backward function against central differences of its forward function,
// all in float64.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "core/backend/reference/ops.h"
#include "core/base/philox.h"

namespace alexnet::reference {
namespace {

using Values = std::vector<double>;

constexpr int64_t kBatch = 2;

// In [-1, 1), at least 0.02 apart from zero, so that a step does not cross the
// bend of a ReLU; all different, so that it does not change a maximum.
Values Random(int64_t count, uint32_t stream) {
  PhiloxStream random(77, RandomPurpose::kSynthetic, stream);
  Values values(static_cast<size_t>(count));
  for (double& value : values) {
    value = 2.0 * random.Uniform() - 1.0;
    value += value < 0.0 ? -0.02 : 0.02;
  }
  return values;
}

double Dot(const Values& a, const Values& b) {
  double sum = 0.0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// The scalar is dst_gradient . forward(); compares `gradient` with its
// differences by each element of `input`, which forward() reads.
void ExpectGradient(const std::string& what,
                    const std::function<Values()>& forward,
                    const Values& dst_gradient, Values* input,
                    const Values& gradient) {
  ASSERT_EQ(input->size(), gradient.size()) << what;
  constexpr double kStep = 1e-5;
  for (size_t i = 0; i < input->size(); ++i) {
    const double kept = (*input)[i];
    (*input)[i] = kept + kStep;
    const double above = Dot(forward(), dst_gradient);
    (*input)[i] = kept - kStep;
    const double below = Dot(forward(), dst_gradient);
    (*input)[i] = kept;
    const double expected = (above - below) / (2.0 * kStep);
    ASSERT_NEAR(gradient[i], expected, 1e-7 * std::max(1.0, std::abs(expected)))
        << what << " at " << i;
  }
}

struct Case {
  std::string name;
  LayerSpec spec;
  Shape in;  // (1, C, H, W)
};

// Everything about one layer that the forward and backward functions need.
struct Problem {
  LayerSpec spec;
  LayerShapes shapes;
  Values src;
  Values weight;
  Values bias;

  int64_t in() const { return kBatch * shapes.in.elements(); }
  int64_t out() const { return kBatch * shapes.out.elements(); }
  const double* bias_or_null() const {
    return bias.empty() ? nullptr : bias.data();
  }
};

const DropoutDraws kDraws = {2, {.seed = 6, .step = 3}, {4}};

struct ForwardVisitor {
  const Problem& p;
  double* dst;

  void operator()(const Convolution& layer) const {
    ConvolutionForward(layer, p.shapes, kBatch, p.src.data(), p.weight.data(),
                       p.bias_or_null(), dst);
  }
  void operator()(const FullyConnected&) const {
    FullyConnectedForward(p.shapes, kBatch, p.src.data(), p.weight.data(),
                          p.bias_or_null(), dst);
  }
  void operator()(const LocallyConnected& layer) const {
    LocallyConnectedForward(layer, p.shapes, kBatch, p.src.data(),
                            p.weight.data(), p.bias_or_null(), dst);
  }
  void operator()(const Pooling& layer) const {
    PoolingForward(layer, p.shapes, kBatch, p.src.data(), dst);
  }
  void operator()(const AdaptiveAveragePooling&) const {
    AdaptivePoolingForward(p.shapes, kBatch, p.src.data(), dst);
  }
  void operator()(const Lrn& layer) const {
    LrnForward(layer, p.shapes, kBatch, p.src.data(), dst);
  }
  void operator()(const Activation& layer) const {
    ActivationForward(layer.kind, p.in(), p.src.data(), dst);
  }
  void operator()(const Dropout& layer) const {
    DropoutApply(layer, kDraws, kBatch, p.shapes.in.elements(), p.src.data(),
                 dst);
  }
  void operator()(const Softmax&) const {
    SoftmaxForward(p.shapes, kBatch, p.src.data(), dst);
  }
};

struct BackwardVisitor {
  const Problem& p;
  const double* dst;
  const double* dy;
  double* dx;
  double* dw;
  double* db;

  void operator()(const Convolution& layer) const {
    ConvolutionBackward(layer, p.shapes, kBatch, p.src.data(), p.weight.data(),
                        dy, dx, dw, db);
  }
  void operator()(const FullyConnected&) const {
    FullyConnectedBackward(p.shapes, kBatch, p.src.data(), p.weight.data(), dy,
                           dx, dw, db);
  }
  void operator()(const LocallyConnected& layer) const {
    LocallyConnectedBackward(layer, p.shapes, kBatch, p.src.data(),
                             p.weight.data(), dy, dx, dw, db);
  }
  void operator()(const Pooling& layer) const {
    PoolingBackward(layer, p.shapes, kBatch, p.src.data(), dy, dx);
  }
  void operator()(const AdaptiveAveragePooling&) const {
    AdaptivePoolingBackward(p.shapes, kBatch, dy, dx);
  }
  void operator()(const Lrn& layer) const {
    LrnBackward(layer, p.shapes, kBatch, p.src.data(), dy, dx);
  }
  void operator()(const Activation& layer) const {
    ActivationBackward(layer.kind, p.in(), dst, dy, dx);
  }
  void operator()(const Dropout& layer) const {
    DropoutApply(layer, kDraws, kBatch, p.shapes.in.elements(), dy, dx);
  }
  void operator()(const Softmax&) const {
    SoftmaxBackward(p.shapes, kBatch, dst, dy, dx);
  }
};

class FiniteDifferenceTest : public ::testing::TestWithParam<Case> {};

TEST_P(FiniteDifferenceTest, BackwardIsTheGradientOfForward) {
  const Case& test = GetParam();
  Network network;
  network.name = test.name;
  network.channels = test.in[1];
  network.height = test.in[2];
  network.width = test.in[3];
  // A softmax alone is no network.
  network.layers = {{"before", Activation{}}, {"layer", test.spec}};
  const auto info = InferNetwork(network);
  ASSERT_TRUE(info.ok()) << info.status().ToString();

  Problem problem;
  problem.spec = test.spec;
  problem.shapes = info->layers[1];
  problem.src = Random(problem.in(), 1);
  for (const ParameterInfo& parameter : info->parameters) {
    (parameter.is_bias ? problem.bias : problem.weight) =
        Random(parameter.shape.elements(), parameter.is_bias ? 3 : 2);
  }
  const auto forward = [&] {
    Values dst(static_cast<size_t>(problem.out()));
    std::visit(ForwardVisitor{problem, dst.data()}, problem.spec);
    return dst;
  };
  const Values dst = forward();
  const Values dy = Random(problem.out(), 4);
  Values dx(problem.src.size());
  Values dw(problem.weight.size());
  Values db(problem.bias.size());
  std::visit(BackwardVisitor{problem, dst.data(), dy.data(), dx.data(),
                             dw.empty() ? nullptr : dw.data(),
                             db.empty() ? nullptr : db.data()},
             problem.spec);
  ExpectGradient("input", forward, dy, &problem.src, dx);
  ExpectGradient("weight", forward, dy, &problem.weight, dw);
  ExpectGradient("bias", forward, dy, &problem.bias, db);
}

Convolution MakeConvolution(int64_t out, Window window, int64_t groups,
                            bool has_bias = true) {
  Convolution layer;
  layer.out_channels = out;
  layer.window = window;
  layer.groups = groups;
  layer.has_bias = has_bias;
  return layer;
}

Pooling MakePooling(PoolKind kind, Window window, bool count_padding = true) {
  Pooling layer;
  layer.kind = kind;
  layer.window = window;
  layer.count_padding = count_padding;
  return layer;
}

// Strong enough that the second term of the gradient matters.
Lrn MakeLrn(LrnRegion region, int64_t size, bool divide, int64_t groups) {
  Lrn layer;
  layer.region = region;
  layer.size = size;
  layer.alpha = 0.7f;
  layer.divide_alpha = divide;
  layer.beta = 0.75f;
  layer.k = 1.5f;
  layer.groups = groups;
  return layer;
}

FullyConnected MakeFullyConnected(int64_t out, bool has_bias) {
  FullyConnected layer;
  layer.out_features = out;
  layer.has_bias = has_bias;
  return layer;
}

LocallyConnected MakeLocal(int64_t out, Window window, bool has_bias = true) {
  LocallyConnected layer;
  layer.out_channels = out;
  layer.window = window;
  layer.has_bias = has_bias;
  return layer;
}

const Case kCases[] = {
    {"convolution",
     MakeConvolution(3, Window::Square(3, 1, 1), 1),
     {1, 2, 5, 4}},
    {"convolution_groups_stride",
     MakeConvolution(4, Window::Square(3, 2, 1), 2, false),
     {1, 4, 5, 6}},
    {"convolution_ceil",
     MakeConvolution(2, Window::Square(3, 2, 0, Rounding::kCeil), 1),
     {1, 2, 6, 6}},
    {"convolution_uneven",
     MakeConvolution(2, Window{2, 3, 1, 2, 1, 0, 0, 2}, 1),
     {1, 2, 4, 5}},
    {"max_pooling",
     MakePooling(PoolKind::kMax, Window::Square(3, 2)),
     {1, 2, 7, 7}},
    {"max_pooling_ceil_pad",
     MakePooling(PoolKind::kMax, Window::Square(3, 2, 1, Rounding::kCeil)),
     {1, 2, 6, 6}},
    {"average_pooling_count",
     MakePooling(PoolKind::kAverage, Window::Square(3, 2, 1, Rounding::kCeil),
                 true),
     {1, 2, 6, 5}},
    {"average_pooling_inside",
     MakePooling(PoolKind::kAverage, Window::Square(3, 2, 1, Rounding::kCeil),
                 false),
     {1, 2, 6, 5}},
    {"adaptive_down", AdaptiveAveragePooling{3, 2}, {1, 2, 7, 5}},
    {"adaptive_up", AdaptiveAveragePooling{4, 5}, {1, 2, 3, 2}},
    {"lrn_across",
     MakeLrn(LrnRegion::kAcrossChannels, 5, true, 1),
     {1, 8, 2, 2}},
    {"lrn_across_even",
     MakeLrn(LrnRegion::kAcrossChannels, 4, false, 1),
     {1, 7, 1, 2}},
    {"lrn_across_towers",
     MakeLrn(LrnRegion::kAcrossChannels, 3, true, 2),
     {1, 8, 1, 2}},
    {"lrn_within",
     MakeLrn(LrnRegion::kWithinChannel, 3, true, 1),
     {1, 2, 4, 5}},
    {"lrn_within_even",
     MakeLrn(LrnRegion::kWithinChannel, 2, false, 1),
     {1, 2, 3, 3}},
    {"relu", Activation{ActivationKind::kRelu}, {1, 3, 2, 2}},
    {"tanh", Activation{ActivationKind::kTanh}, {1, 3, 2, 2}},
    {"dropout", Dropout{0.3f}, {1, 5, 2, 2}},
    {"fully_connected", MakeFullyConnected(4, true), {1, 3, 2, 2}},
    {"fully_connected_plain", MakeFullyConnected(3, false), {1, 5, 1, 1}},
    {"softmax", Softmax{}, {1, 6, 1, 1}},
    {"locally_connected", MakeLocal(3, Window::Square(3, 1, 1)), {1, 2, 4, 3}},
    {"locally_connected_ceil_plain",
     MakeLocal(2, Window::Square(3, 2, 0, Rounding::kCeil), false),
     {1, 2, 6, 6}},
    {"locally_connected_uneven",
     MakeLocal(2, Window{2, 3, 1, 2, 1, 0, 0, 2}),
     {1, 2, 4, 5}}};

INSTANTIATE_TEST_SUITE_P(Layers, FiniteDifferenceTest,
                         ::testing::ValuesIn(kCases), [](const auto& instance) {
                           return instance.param.name;
                         });

TEST(FiniteDifferencesTest, AreTakenOfEveryTypeOfLayer) {
  for (size_t type = 0; type < kLayerTypeNames.size(); ++type) {
    EXPECT_TRUE(std::any_of(
        std::begin(kCases), std::end(kCases),
        [type](const Case& each) { return each.spec.index() == type; }))
        << kLayerTypeNames[type] << " has no case in kCases";
  }
}

}  // namespace
}  // namespace alexnet::reference
