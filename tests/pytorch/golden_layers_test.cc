// Single layers against PyTorch, forward and backward.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "core/backend/testing/kernel_harness.h"
#include "tests/pytorch/golden_support.h"

namespace alexnet::testing {
namespace {

struct LayerCase {
  std::string name;  // in layers.json
  LayerSpec spec;
  Shape in;
};

Convolution MakeConvolution(int64_t out, Window window, int64_t groups = 1) {
  Convolution layer;
  layer.out_channels = out;
  layer.window = window;
  layer.groups = groups;
  return layer;
}

FullyConnected MakeFullyConnected(int64_t out) {
  FullyConnected layer;
  layer.out_features = out;
  return layer;
}

Pooling MakePooling(PoolKind kind, Window window, bool count_padding = true) {
  return {kind, window, count_padding};
}

const Window kOverEdge = Window::Square(3, 2, 1, Rounding::kCeil);

std::vector<LayerCase> LayerCases() {
  using enum LrnRegion;
  return {
      {"conv", MakeConvolution(4, Window::Square(3, 1, 1)), {2, 3, 5, 4}},
      {"conv_groups",
       MakeConvolution(6, Window::Square(3, 2, 1), 2),
       {2, 4, 6, 5}},
      {"conv_ceil",
       MakeConvolution(3, Window::Square(3, 2, 0, Rounding::kCeil)),
       {2, 2, 6, 6}},
      {"fc", MakeFullyConnected(5), {3, 2, 3, 2}},
      {"max_pool",
       MakePooling(PoolKind::kMax, Window::Square(3, 2)),
       {2, 2, 7, 7}},
      {"max_pool_ceil", MakePooling(PoolKind::kMax, kOverEdge), {2, 2, 6, 6}},
      {"average_pool",
       MakePooling(PoolKind::kAverage, kOverEdge),
       {2, 2, 6, 5}},
      {"average_pool_inside",
       MakePooling(PoolKind::kAverage, kOverEdge, false),
       {2, 2, 6, 5}},
      {"adaptive_pool", AdaptiveAveragePooling{3, 2}, {2, 2, 7, 5}},
      {"adaptive_pool_up", AdaptiveAveragePooling{4, 5}, {2, 2, 3, 2}},
      {"lrn",
       Lrn{kAcrossChannels, 5, 2.0f, true, 0.75f, 1.0f, 1},
       {2, 9, 2, 2}},
      {"lrn_undivided",
       Lrn{kAcrossChannels, 3, 0.5f, false, 0.75f, 2.0f, 1},
       {2, 7, 2, 2}},
      {"lrn_towers",
       Lrn{kAcrossChannels, 5, 2.0f, true, 0.75f, 2.0f, 2},
       {2, 8, 2, 2}},
      {"lrn_within",
       Lrn{kWithinChannel, 3, 3.0f, true, 0.75f, 1.0f, 1},
       {2, 2, 5, 4}},
      {"relu", Activation{ActivationKind::kRelu}, {2, 3, 3, 2}},
      {"tanh", Activation{ActivationKind::kTanh}, {2, 3, 3, 2}},
      {"dropout", Dropout{0.3f}, {3, 2, 3, 3}},
      {"softmax", Softmax{}, {3, 7}},
      {"local",
       LocallyConnected{3, Window::Square(3, 1, 1), true, {}, {}},
       {2, 2, 4, 3}},
      {"local_uneven",
       LocallyConnected{2, Window{3, 2, 2, 1, 0, 1, 0, 0}, true, {}, {}},
       {3, 2, 5, 4}},
  };
}

class GoldenLayerTest
    : public ::testing::TestWithParam<std::tuple<std::string, LayerCase>> {};

TEST_P(GoldenLayerTest, ForwardAndBackwardAreTorchs) {
  const auto& [backend_name, layer] = GetParam();
  const nlohmann::json golden = ReadGolden("layers.json").at(layer.name);
  const uint32_t stream = golden.at("stream");
  const auto expected = [&](const char* what) {
    return golden.at(what).get<std::vector<float>>();
  };
  KernelCase test;
  test.layer = {layer.name, layer.spec};
  test.in = layer.in;
  test.src = GoldenValues(stream, layer.in.elements());
  if (golden.contains("weight_gradient")) {
    const auto count = [&](const char* what) {
      return static_cast<int64_t>(golden.at(what).size());
    };
    test.weight = GoldenValues(stream + 1, count("weight_gradient"));
    test.bias = GoldenValues(stream + 2, count("bias_gradient"));
  }
  test.dst_gradient =
      GoldenValues(stream + 3, static_cast<int64_t>(golden.at("dst").size()));
  test.layer_index = 3;
  test.random = {.seed = kGoldenSeed, .step = 2};
  test.part = {};

  const std::shared_ptr<Backend> backend = GoldenBackend(backend_name);
  const auto result = RunKernel(*backend, test);
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  const std::vector<int64_t> out(result->out.extents().begin(),
                                 result->out.extents().end());
  EXPECT_EQ(out, golden.at("out").get<std::vector<int64_t>>());
  constexpr double kTolerance = 2e-6;  // rounding of float32
  EXPECT_LT(RelativeError(result->dst, expected("dst")), kTolerance);
  EXPECT_LT(RelativeError(result->src_gradient, expected("src_gradient")),
            kTolerance);
  if (!test.weight.empty()) {
    EXPECT_LT(
        RelativeError(result->weight_gradient, expected("weight_gradient")),
        kTolerance);
    EXPECT_LT(RelativeError(result->bias_gradient, expected("bias_gradient")),
              kTolerance);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Layers, GoldenLayerTest,
    ::testing::Combine(::testing::Values("reference", "cpu", "emulated_cuda"),
                       ::testing::ValuesIn(LayerCases())),
    [](const auto& instance) {
      return std::get<0>(instance.param) + "_" +
             std::get<1>(instance.param).name;
    });

class GoldenLossTest : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenLossTest, LossAndGradientAreTorchs) {
  const std::shared_ptr<Backend> backend = GoldenBackend(GetParam());
  const std::vector<float> logits = GoldenValues(990, 4 * 6, 3.0f);
  const std::vector<int32_t> labels = {0, 1, 2, 3};
  for (const float smoothing : {0.0f, 0.1f}) {
    const nlohmann::json golden =
        ReadGolden("layers.json").at(smoothing == 0.0f ? "loss_0" : "loss_0.1");
    std::vector<float> gradient(logits.size());
    LossArgs args;
    args.logits = logits.data();
    args.labels = labels.data();
    args.batch = 4;
    args.classes = 6;
    args.label_smoothing = smoothing;
    args.gradient = gradient.data();
    LossResult result;
    args.result = &result;
    const Status status = backend->Run([&] { return backend->Loss(args); });
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_NEAR(result.loss_sum / 4, golden.at("loss").get<double>(), 1e-5);
    EXPECT_LT(RelativeError(gradient,
                            golden.at("gradient").get<std::vector<float>>()),
              1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, GoldenLossTest,
                         ::testing::Values("reference", "cpu"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace alexnet::testing
