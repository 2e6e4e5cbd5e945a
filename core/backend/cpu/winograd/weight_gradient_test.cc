// Winograd's gradients of weights against sums in float64, for every
// instruction set that the machine has. Behind each buffer lies a page that
// must not be touched.

#include "core/backend/cpu/winograd/weight_gradient.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/backend/cpu/winograd/cases.h"

namespace alexnet::cpu {
namespace {

// Largest error over the largest gradient of a weight.
double ErrorOf(const WinogradCase& test, InstructionSet set, uint32_t stream) {
  const WinogradLayer& layer = test.layer;
  const int64_t taps = WinogradLoopsOf(test.form, set).taps;
  const WinogradWeightGradient weights(test.form, set, layer, test.batch);
  PhiloxStream random(9, RandomPurpose::kSynthetic, stream);
  GuardedFloats src(test.batch * test.channels() * layer.height * layer.width);
  GuardedFloats gradient(test.batch * test.filters() * layer.out_height *
                         layer.out_width);
  src.Randomize(random);
  gradient.Randomize(random);
  const int64_t size = test.filters() * layer.channels * taps * taps;
  GuardedFloats weight_gradient(size);
  GuardedFloats scratch(weights.scratch_size());
  weights.Compute(src.data(), gradient.data(), weight_gradient.data(),
                  scratch.data());
  std::vector<double> expected(static_cast<size_t>(size));
  for (int64_t n = 0; n < test.batch; ++n) {
    for (int64_t k = 0; k < test.filters(); ++k) {
      for (int64_t c = 0; c < layer.channels; ++c) {
        for (int64_t y = 0; y < layer.out_height; ++y) {
          for (int64_t x = 0; x < layer.out_width; ++x) {
            test.ForEachProduct(
                taps, n, k, c, y, x, [&](int64_t in, int64_t out, int64_t tap) {
                  expected[static_cast<size_t>(tap)] +=
                      static_cast<double>(src[in]) * gradient[out];
                });
          }
        }
      }
    }
  }
  double error = 0.0;
  double largest = 0.0;
  for (int64_t i = 0; i < size; ++i) {
    const double actual = weight_gradient[i];
    if (!std::isfinite(actual)) return 1.0;
    const double exact = expected[static_cast<size_t>(i)];
    error = std::max(error, std::abs(actual - exact));
    largest = std::max(largest, std::abs(exact));
  }
  return error / largest;
}

using WinogradWeightGradientTest = WinogradTest;

TEST_P(WinogradWeightGradientTest, EqualsDirectSumsOfRandomShapes) {
  WinogradCases cases(form(), taps());
  for (uint32_t round = 0; round < 20; ++round) {
    const WinogradCase test = cases.Next();
    EXPECT_LT(ErrorOf(test, set(), round), Bound())
        << "round " << round << ": " << test.ToString();
  }
}

TEST_P(WinogradWeightGradientTest, AddsUpManyTiles) {
  for (const int64_t batch : {33, 130}) {
    EXPECT_LT(ErrorOf(SquareCase(form(), taps(), batch, 6, 16, 48), set(), 50),
              Bound())
        << batch;
  }
}

INSTANTIATE_TEST_SUITE_P(All, WinogradWeightGradientTest,
                         ::testing::ValuesIn(WinogradParameters()), NameOf);

}  // namespace
}  // namespace alexnet::cpu
