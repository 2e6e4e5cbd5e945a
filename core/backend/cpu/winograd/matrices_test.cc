// The matrices against the convolution that they stand for.

#include "core/backend/cpu/winograd/matrices.h"

#include <gtest/gtest.h>

#include <cmath>

namespace alexnet::cpu {
namespace {

template <int kOutputs, int kTaps>
void ExpectConvolves(const WinogradMatrices<kOutputs, kTaps>& matrices) {
  constexpr int kTile = kOutputs + kTaps - 1;
  double in[kTile];
  double filter[kTaps];
  for (int i = 0; i < kTile; ++i) in[i] = std::sin(3.0 * i + 1.0);
  for (int i = 0; i < kTaps; ++i) filter[i] = std::cos(2.0 * i + 1.0);
  double products[kTile];
  for (int j = 0; j < kTile; ++j) {
    double value = 0.0;
    double weight = 0.0;
    for (int i = 0; i < kTile; ++i) value += matrices.input[j][i] * in[i];
    for (int i = 0; i < kTaps; ++i) weight += matrices.weight[j][i] * filter[i];
    products[j] = value * weight;
  }
  for (int o = 0; o < kOutputs; ++o) {
    double expected = 0.0;
    for (int i = 0; i < kTaps; ++i) expected += in[o + i] * filter[i];
    double actual = 0.0;
    for (int j = 0; j < kTile; ++j) {
      actual += matrices.output[o][j] * products[j];
    }
    EXPECT_NEAR(actual, expected, 1e-12) << "output " << o;
  }
}

TEST(WinogradMatricesTest, Convolve) {
  ExpectConvolves(MakeWinogradMatrices<2, 3>({0.0, 1.0, -1.0}));
  ExpectConvolves(MakeWinogradMatrices<4, 3>({0.0, 0.75, -0.75, 1.5, -1.5}));
  ExpectConvolves(MakeWinogradMatrices<2, 5>({0.0, 1.0, -1.0, 2.0, -2.0}));
  ExpectConvolves(
      MakeWinogradMatrices<4, 5>({0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5}));
  ExpectConvolves(MakeWinogradMatrices<3, 3>({0.0, 0.75, -0.75, 2.0}));
}

TEST(WinogradMatricesTest, PointsOfBothSignsHaveMirroredRows) {
  constexpr auto kPairs =
      MakeWinogradMatrices<4, 3>({0.0, 0.75, -0.75, 1.5, -1.5});
  const bool expected[] = {false, true, false, true, false, false};
  for (int j = 0; j < 6; ++j) EXPECT_EQ(kPairs.mirrored[j], expected[j]) << j;
  constexpr auto kOdd = MakeWinogradMatrices<3, 3>({0.0, 1.0, -1.0, 2.0});
  for (int j = 0; j < 5; ++j) EXPECT_FALSE(kOdd.mirrored[j]) << j;
}

}  // namespace
}  // namespace alexnet::cpu
