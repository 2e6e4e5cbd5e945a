// Tiny cases worked out by hand.

#include "core/backend/reference/ops.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "core/base/philox.h"

namespace alexnet::reference {
namespace {

using Values = std::vector<double>;

LayerShapes Infer(const LayerSpec& spec, int64_t channels, int64_t height,
                  int64_t width) {
  Network network;
  network.name = "one layer";
  network.channels = channels;
  network.height = height;
  network.width = width;
  network.layers = {{"layer", spec}};
  const auto info = InferNetwork(network);
  EXPECT_TRUE(info.ok()) << info.status().ToString();
  return info->layers[0];
}

// 1, 2, 3, ...
Values Counting(int64_t count) {
  Values values(static_cast<size_t>(count));
  std::iota(values.begin(), values.end(), 1.0);
  return values;
}

Values Pool(const Pooling& layer, int64_t height, int64_t width,
            const Values& src) {
  const LayerShapes shapes = Infer(layer, 1, height, width);
  Values dst(static_cast<size_t>(shapes.out.elements()));
  PoolingForward(layer, shapes, 1, src.data(), dst.data());
  return dst;
}

void ExpectNear(const Values& actual, const Values& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    EXPECT_NEAR(actual[i], expected[i], 1e-12) << "at " << i;
  }
}

TEST(ConvolutionTest, GroupsSeeOnlyTheirChannels) {
  Convolution layer;
  layer.out_channels = 2;
  layer.window = Window::Square(1, 1);
  layer.groups = 2;
  const LayerShapes shapes = Infer(layer, 4, 1, 1);
  const Values src = {1, 10, 100, 1000};
  const Values weight = {1, 2, 3, 4};
  const Values bias = {0.5, -0.5};
  Values dst(2);
  ConvolutionForward(layer, shapes, 1, src.data(), weight.data(), bias.data(),
                     dst.data());
  ExpectNear(dst, {21.5, 4299.5});
}

TEST(ConvolutionTest, IsACrossCorrelationWithZeroPadding) {
  Convolution layer;
  layer.out_channels = 1;
  layer.window = Window::Square(2, 1);
  layer.window.pad_top = 1;
  layer.window.pad_right = 1;
  const LayerShapes shapes = Infer(layer, 1, 2, 2);
  ASSERT_EQ(shapes.out, (Shape{1, 1, 2, 2}));
  const Values weight = {1, 10, 100, 1000};
  const Values src = Counting(4);
  Values dst(4);
  ConvolutionForward<double>(layer, shapes, 1, src.data(), weight.data(),
                             nullptr, dst.data());
  ExpectNear(dst, {2100, 200, 4321, 402});
}

TEST(ConvolutionTest, CeilReadsZerosPastTheEdge) {
  // The 2012 code's 224 input: windows hang over the bottom and the right.
  Convolution layer;
  layer.out_channels = 1;
  layer.window = Window::Square(2, 2, 0, Rounding::kCeil);
  const LayerShapes shapes = Infer(layer, 1, 3, 3);
  ASSERT_EQ(shapes.out, (Shape{1, 1, 2, 2}));
  const Values weight(4, 1.0);
  const Values src = Counting(9);
  Values dst(4);
  ConvolutionForward<double>(layer, shapes, 1, src.data(), weight.data(),
                             nullptr, dst.data());
  ExpectNear(dst, {1 + 2 + 4 + 5, 3 + 6, 7 + 8, 9});
}

TEST(LocallyConnectedTest, EachUnitHasItsOwnWeightsAndBias) {
  LocallyConnected layer;
  layer.out_channels = 2;
  layer.window = Window::Square(2, 1);
  layer.window.pad_left = 1;
  const LayerShapes shapes = Infer(layer, 1, 2, 2);
  ASSERT_EQ(shapes.out, (Shape{1, 2, 1, 2}));
  EXPECT_EQ(shapes.macs, 4 * 4);
  // Units of the first channel, left and right, then of the second.
  const Values weight = {1, 10, 100, 1000, 2, 20, 200, 2000,
                         3, 30, 300, 3000, 4, 40, 400, 4000};
  const Values bias = {0.1, 0.2, 0.3, 0.4};
  const Values src = Counting(4);
  Values dst(4);
  LocallyConnectedForward(layer, shapes, 1, src.data(), weight.data(),
                          bias.data(), dst.data());
  // On the left the first column of a window is outside.
  ExpectNear(dst, {10 + 3000 + 0.1, 2 + 40 + 600 + 8000 + 0.2, 30 + 9000 + 0.3,
                   4 + 80 + 1200 + 16000 + 0.4});

  const Values dy = {1, 10, 100, 1000};
  Values dx(4);
  Values dw(16);
  Values db(4);
  LocallyConnectedBackward(layer, shapes, 1, src.data(), weight.data(),
                           dy.data(), dx.data(), dw.data(), db.data());
  ExpectNear(db, dy);
  ExpectNear(
      dw, {0, 1, 0, 3, 10, 20, 30, 40, 0, 100, 0, 300, 1000, 2000, 3000, 4000});
  ExpectNear(dx, {10 * 1 + 2 * 10 + 30 * 100 + 4 * 1000, 20 * 10 + 40 * 1000,
                  1000 * 1 + 200 * 10 + 3000 * 100 + 400 * 1000,
                  2000 * 10 + 4000 * 1000});
}

TEST(PoolingTest, CeilTakesTheMaximumOfWhatIsThere) {
  Pooling layer;
  layer.window = Window::Square(2, 2, 0, Rounding::kCeil);
  Values src = Counting(9);
  for (double& value : src) value = -value;
  // Taps outside are not zeros: they would win here.
  ExpectNear(Pool(layer, 3, 3, src), {-1, -3, -7, -9});
  layer.window.rounding = Rounding::kFloor;
  ExpectNear(Pool(layer, 3, 3, src), {-1});
}

TEST(PoolingTest, PaddingNeverWinsAMaximum) {
  Pooling layer;
  layer.window = Window::Square(3, 2, 1);
  ExpectNear(Pool(layer, 2, 2, {-5, -6, -7, -8}), {-5});
}

TEST(PoolingTest, AverageDividesByThePaddedWindowOrByWhatIsInside) {
  Pooling layer;
  layer.kind = PoolKind::kAverage;
  layer.window = Window::Square(2, 2, 1);
  const Values src = {4, 8, 12, 16};
  ExpectNear(Pool(layer, 2, 2, src), {1, 2, 3, 4});
  layer.count_padding = false;
  ExpectNear(Pool(layer, 2, 2, src), {4, 8, 12, 16});
}

TEST(PoolingTest, TapsBeyondThePaddingNeverCount) {
  Pooling layer;
  layer.kind = PoolKind::kAverage;
  layer.window = Window::Square(3, 2, 0, Rounding::kCeil);
  // 4 wide: windows 0..2 and 2..4, of which 4 is beyond.
  const Values src = {1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4};
  ExpectNear(Pool(layer, 4, 4, src), {2, 3.5, 2, 3.5});
  // With a padding of one, a window hangs over by one beyond it; that column
  // of padding counts, the one beyond does not.
  layer.window = Window::Square(3, 2, 1, Rounding::kCeil);
  // 4 wide padded to 6: starts -1, 1, 3; the last covers 3, 4 (padding), 5.
  const Values out = Pool(layer, 4, 4, src);
  ASSERT_EQ(out.size(), 9u);
  EXPECT_NEAR(out[0], (1 + 2 + 1 + 2) / 9.0, 1e-12);
  EXPECT_NEAR(out[2], (4 + 4) / 6.0, 1e-12);
  EXPECT_NEAR(out[8], 4 / 4.0, 1e-12);
}

TEST(PoolingTest, AWindowThatWouldStartInTheEndPaddingIsDropped) {
  Pooling layer;
  layer.window = Window::Square(2, 2, 1, Rounding::kCeil);
  // ceil((3 + 2 - 2) / 2) + 1 = 3 windows, but the third would start at 3.
  EXPECT_EQ(Infer(layer, 1, 3, 3).out, (Shape{1, 1, 2, 2}));
  ExpectNear(Pool(layer, 3, 3, Counting(9)), {1, 3, 7, 9});
}

TEST(PoolingTest, TheFirstOfEqualTapsGetsTheGradient) {
  Pooling layer;
  layer.window = Window::Square(2, 2);
  const LayerShapes shapes = Infer(layer, 1, 2, 2);
  const Values src = {0, 3, 3, 3};
  const Values dst_gradient = {5};
  Values src_gradient(4, -1.0);
  PoolingBackward(layer, shapes, 1, src.data(), dst_gradient.data(),
                  src_gradient.data());
  ExpectNear(src_gradient, {0, 5, 0, 0});
}

TEST(AdaptiveAveragePoolingTest, WindowsOverlapWhereTheSizesDoNotDivide) {
  const AdaptiveAveragePooling layer = {.out_h = 1, .out_w = 3};
  const LayerShapes shapes = Infer(layer, 1, 1, 5);
  const Values src = Counting(5);
  Values dst(3);
  AdaptivePoolingForward(shapes, 1, src.data(), dst.data());
  // 0..1, 1..3, 3..4
  ExpectNear(dst, {1.5, 3, 4.5});
}

TEST(AdaptiveAveragePoolingTest, RepeatsWhereTheOutputIsLarger) {
  const AdaptiveAveragePooling layer = {.out_h = 1, .out_w = 4};
  const LayerShapes shapes = Infer(layer, 1, 1, 2);
  const Values src = {3, 5};
  Values dst(4);
  AdaptivePoolingForward(shapes, 1, src.data(), dst.data());
  ExpectNear(dst, {3, 3, 5, 5});
}

Values Normalize(const Lrn& layer, int64_t channels, int64_t height,
                 int64_t width, const Values& src) {
  const LayerShapes shapes = Infer(layer, channels, height, width);
  Values dst(src.size());
  LrnForward(layer, shapes, 1, src.data(), dst.data());
  return dst;
}

TEST(LrnTest, AcrossChannelsClipsTheWindowButDividesByItsSize) {
  Lrn layer;
  layer.size = 3;
  layer.alpha = 3.0f;
  layer.beta = 1.0f;
  layer.k = 2.0f;
  const Values src = {1, 2, 3, 4};
  // k + alpha / 3 * (sum over the neighbours)
  ExpectNear(Normalize(layer, 4, 1, 1, src),
             {1.0 / 7, 2.0 / 16, 3.0 / 31, 4.0 / 27});
  layer.divide_alpha = false;
  ExpectNear(Normalize(layer, 4, 1, 1, src),
             {1.0 / 17, 2.0 / 44, 3.0 / 89, 4.0 / 77});
}

TEST(LrnTest, AnEvenWindowReachesFurtherUp) {
  Lrn layer;
  layer.size = 2;
  layer.alpha = 2.0f;
  layer.beta = 1.0f;
  // (size - 1) / 2 = 0 below, size / 2 = 1 above.
  ExpectNear(Normalize(layer, 3, 1, 1, {1, 2, 3}),
             {1.0 / 6, 2.0 / 14, 3.0 / 10});
}

TEST(LrnTest, TowersDoNotSeeEachOther) {
  Lrn layer;
  layer.size = 3;
  layer.alpha = 3.0f;
  layer.beta = 1.0f;
  layer.groups = 2;
  ExpectNear(Normalize(layer, 4, 1, 1, {1, 2, 3, 4}),
             {1.0 / 6, 2.0 / 6, 3.0 / 26, 4.0 / 26});
}

TEST(LrnTest, WithinChannelDividesByTheSquareOfTheSize) {
  Lrn layer;
  layer.region = LrnRegion::kWithinChannel;
  layer.size = 3;
  layer.alpha = 9.0f;
  layer.beta = 1.0f;
  // One row of three: the second channel is not seen.
  ExpectNear(Normalize(layer, 2, 1, 3, {1, 2, 3, 10, 0, 0}),
             {1.0 / 6, 2.0 / 15, 3.0 / 14, 10.0 / 101, 0, 0});
}

TEST(LrnTest, BetaIsAnExponent) {
  Lrn layer;
  layer.size = 1;
  layer.alpha = 1.0f;
  layer.beta = 0.75f;
  ExpectNear(Normalize(layer, 1, 1, 1, {4.0}), {4.0 / std::pow(17.0, 0.75)});
}

TEST(ActivationTest, RectifiesOrBends) {
  const Values src = {-1.0, std::log(3.0) / 2.0};
  Values dst(2);
  ActivationForward(ActivationKind::kRelu, 2, src.data(), dst.data());
  ExpectNear(dst, {0.0, src[1]});
  ActivationForward(ActivationKind::kTanh, 2, src.data(), dst.data());
  ExpectNear(dst, {std::tanh(-1.0), 0.5});
}

TEST(FullyConnectedTest, AddsWhatRowsOfWeightsGive) {
  LayerShapes shapes;
  shapes.in = {1, 2};
  shapes.out = {1, 3};
  const Values src = {1.0, -1.0};
  const Values weight = {1.0, 2.0, 3.0, 5.0, 0.0, 1.0};
  const Values bias = {0.5, 0.0, 0.0};
  Values dst(3);
  FullyConnectedForward(shapes, 1, src.data(), weight.data(), bias.data(),
                        dst.data());
  ExpectNear(dst, {-0.5, -2.0, -1.0});
}

TEST(DropoutTest, DrawsByGlobalUnitAndScalesWhatItKeeps) {
  const Dropout layer = {.rate = 0.25f};
  const DropoutDraws draws = {
      .layer_index = 5, .random = {.seed = 9, .step = 4}, .part = {2}};
  const Values src(2 * 7, 3.0);
  Values dst(src.size());
  DropoutApply(layer, draws, 2, 7, src.data(), dst.data());
  for (uint32_t i = 0; i < 14; ++i) {
    const uint32_t unit = 2 * 7 + i;
    const PhiloxBlock block = Philox4x32({9, 0}, {unit / 4, 5, 4, 4});
    const bool keep = PhiloxUniform(block.v[unit % 4]) >= 0.25f;
    EXPECT_DOUBLE_EQ(dst[i], keep ? 4.0 : 0.0) << "at " << i;
  }
}

// Of 6 samples of 5 units.
TEST(DropoutTest, APartDrawsWhatTheWholeDoes) {
  const Dropout layer = {.rate = 0.5f};
  DropoutDraws draws = {1, {.seed = 3, .step = 7}, {}};
  const Values src = Counting(6 * 5);
  Values whole(src.size());
  DropoutApply(layer, draws, 6, 5, src.data(), whole.data());
  for (const int64_t first_sample : {0, 2}) {
    for (const int64_t first_unit : {0, 1, 2}) {
      draws.part = {first_sample, first_unit, 5};
      Values in;
      Values expected;
      for (int64_t i = 0; i < 4 * 3; ++i) {
        const auto at = static_cast<size_t>((first_sample + i / 3) * 5 +
                                            first_unit + i % 3);
        in.push_back(src[at]);
        expected.push_back(whole[at]);
      }
      Values part(in.size());
      DropoutApply(layer, draws, 4, 3, in.data(), part.data());
      EXPECT_EQ(part, expected) << first_sample << " " << first_unit;
    }
  }
}

TEST(SoftmaxTest, IsStableForLargeLogits) {
  LayerShapes shapes;
  shapes.in = shapes.out = {1, 2};
  const Values src = {1000.0, 1000.0 + std::log(3.0)};
  Values dst(2);
  SoftmaxForward(shapes, 1, src.data(), dst.data());
  ExpectNear(dst, {0.25, 0.75});
}

}  // namespace
}  // namespace alexnet::reference
