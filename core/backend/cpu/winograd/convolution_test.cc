// Winograd's convolution against sums in float64, for every instruction set
// that the machine has. Behind each buffer lies a page that must not be
// touched.

#include "core/backend/cpu/winograd/convolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/backend/cpu/winograd/cases.h"

namespace alexnet::cpu {
namespace {

// Largest error over the largest output.
double ErrorOf(const WinogradCase& test, InstructionSet set, uint32_t stream) {
  const WinogradLayer& layer = test.layer;
  const int64_t taps = WinogradLoopsOf(test.form, set).taps;
  const WinogradConvolution convolution(test.form, set, layer, test.batch);
  PhiloxStream random(7, RandomPurpose::kSynthetic, stream);
  GuardedFloats src(test.batch * test.channels() * layer.height * layer.width);
  GuardedFloats weight(test.filters() * layer.channels * taps * taps);
  GuardedFloats bias(test.filters());
  src.Randomize(random);
  weight.Randomize(random);
  bias.Randomize(random);
  GuardedFloats transformed(convolution.weight_size());
  GuardedFloats dst(test.batch * test.filters() * layer.out_height *
                    layer.out_width);
  GuardedFloats scratch(convolution.scratch_size());
  convolution.TransformWeights(weight.data(), transformed.data());
  convolution.Forward(src.data(), transformed.data(),
                      test.bias ? bias.data() : nullptr, dst.data(),
                      scratch.data());
  double error = 0.0;
  double largest = 0.0;
  for (int64_t n = 0; n < test.batch; ++n) {
    for (int64_t k = 0; k < test.filters(); ++k) {
      for (int64_t y = 0; y < layer.out_height; ++y) {
        for (int64_t x = 0; x < layer.out_width; ++x) {
          double expected = test.bias ? static_cast<double>(bias[k]) : 0.0;
          for (int64_t c = 0; c < layer.channels; ++c) {
            test.ForEachProduct(
                taps, n, k, c, y, x, [&](int64_t in, int64_t, int64_t tap) {
                  expected += static_cast<double>(src[in]) * weight[tap];
                });
          }
          if (layer.relu) expected = std::max(expected, 0.0);
          const double actual = dst[test.InOutput(n, k, y, x)];
          if (!std::isfinite(actual)) return 1.0;
          error = std::max(error, std::abs(actual - expected));
          largest = std::max(largest, std::abs(expected));
        }
      }
    }
  }
  return error / largest;
}

using WinogradConvolutionTest = WinogradTest;

TEST_P(WinogradConvolutionTest, EqualsDirectSumsOfRandomShapes) {
  WinogradCases cases(form(), taps());
  for (uint32_t round = 0; round < 30; ++round) {
    const WinogradCase test = cases.Next();
    EXPECT_LT(ErrorOf(test, set(), round), Bound())
        << "round " << round << ": " << test.ToString();
  }
}

TEST_P(WinogradConvolutionTest, TakesManySamplesAndChannels) {
  for (const int64_t batch : {5, 33, 130}) {
    EXPECT_LT(ErrorOf(SquareCase(form(), taps(), batch, 6, 16, 16), set(), 50),
              Bound())
        << batch;
  }
  EXPECT_LT(ErrorOf(SquareCase(form(), taps(), 1, 9, 512, 48), set(), 51),
            Bound());
}

INSTANTIATE_TEST_SUITE_P(All, WinogradConvolutionTest,
                         ::testing::ValuesIn(WinogradParameters()), NameOf);

}  // namespace
}  // namespace alexnet::cpu
