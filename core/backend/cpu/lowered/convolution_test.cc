// Lowered convolutions and their gradients beside plain sums in float64, over
// random shapes and every layout.

#include "core/backend/cpu/lowered/convolution.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/backend/cpu/guarded_floats.h"
#include "core/base/parallel.h"
#include "core/base/philox.h"
#include "core/base/team.h"

namespace alexnet::cpu {
namespace {

struct Case {
  ConvolutionGeometry geometry;
  int64_t batch = 1;
  int64_t threads = 1;
  bool relu = false;

  // Places in blobs and panels, of channels and filters counted through groups.
  int64_t InSource(int64_t n, int64_t c, int64_t y, int64_t x) const {
    const ConvolutionGeometry& g = geometry;
    return n * g.src_sample() +
           ((c / g.src_block * g.height + y) * g.width + x) * g.src_block +
           c % g.src_block;
  }
  int64_t InOutput(int64_t n, int64_t k, int64_t pixel) const {
    const ConvolutionGeometry& g = geometry;
    return n * g.dst_sample() +
           (k / g.dst_block * g.pixels() + pixel) * g.dst_block +
           k % g.dst_block;
  }
  int64_t InPanels(int64_t k, int64_t c, int64_t ky, int64_t kx) const {
    const ConvolutionGeometry& g = geometry;
    const int64_t own = k % g.filters;
    return ((k / g.filters * g.panels() + own / g.panel()) * g.taps() +
            g.tap(c, ky, kx)) *
               g.panel() +
           own % g.panel();
  }
  // `add(source, output, weight)`, all of them where they lie, for each product
  // of a sum that lies inside the source.
  template <typename Add>
  void ForEachProduct(const Add& add) const {
    const ConvolutionGeometry& g = geometry;
    for (int64_t n = 0; n < batch; ++n) {
      for (int64_t k = 0; k < g.groups * g.filters; ++k) {
        for (int64_t pixel = 0; pixel < g.pixels(); ++pixel) {
          for (int64_t c = 0; c < g.channels; ++c) {
            for (int64_t ky = 0; ky < g.window.kernel_h; ++ky) {
              for (int64_t kx = 0; kx < g.window.kernel_w; ++kx) {
                const int64_t y = pixel / g.out_width * g.window.stride_h + ky -
                                  g.window.pad_top;
                const int64_t x = pixel % g.out_width * g.window.stride_w + kx -
                                  g.window.pad_left;
                if (y < 0 || y >= g.height || x < 0 || x >= g.width) continue;
                add(InSource(n, k / g.filters * g.channels + c, y, x),
                    InOutput(n, k, pixel), InPanels(k, c, ky, kx));
              }
            }
          }
        }
      }
    }
  }
  std::string ToString() const {
    const ConvolutionGeometry& g = geometry;
    return fmt::format(
        "{} of {} x {} ({}) x {} x {} to {} ({}), kernel {} x {}, stride {} x "
        "{}, {} threads",
        batch, g.groups, g.channels, g.src_block, g.height, g.width, g.filters,
        g.dst_block, g.window.kernel_h, g.window.kernel_w, g.window.stride_h,
        g.window.stride_w, threads);
  }
};

// That a layer may have.
constexpr int64_t kMostStride = int64_t{1} << 24;

// The same cases each time.
class Cases {
 public:
  Case Next() {
    Case test;
    ConvolutionGeometry& g = test.geometry;
    g.window.kernel_h = Draw(1, 6);
    g.window.kernel_w = Draw(1, 6);
    g.window.stride_h = Draw(1, 3);
    g.window.stride_w = Draw(1, 3);
    g.window.pad_top = Draw(0, 4);
    g.window.pad_left = Draw(0, 4);
    g.groups = Draw(1, 3);
    // Blobs whose channels all lie together have blocks of any multiple of 8.
    constexpr int64_t kBlocks[] = {8, 16, 24, 48};
    g.src_block = kBlocks[round_ % 4];
    g.dst_block = int64_t{8} << (round_ / 2 % 2);
    g.channels = g.src_block * Draw(1, 3);
    g.filters = g.dst_block * Draw(1, 7);
    if (round_ % 3 == 0) {
      g.src_block = 1;
      g.channels = Draw(1, 20);
    }
    if (round_ % 5 < 2) {
      g.dst_block = 1;
      g.filters = Draw(1, 50);
    }
    g.height = Draw(1, 18);
    g.width = Draw(1, 18);
    if (round_ % 7 == 6) {  // rows of several bands
      g.height = Draw(1, 3);
      g.width = Draw(90, 400);
      g.channels = std::min(g.channels, std::max(g.src_block, int64_t{3}));
      g.filters = std::min(g.filters, int64_t{16});
    }
    if (round_ % 11 == 10) {  // the second window is far outside
      g.window.stride_h = kMostStride;
      g.window.stride_w = kMostStride;
    }
    g.out_height = Outputs(g.height + g.window.pad_top, g.window.kernel_h,
                           g.window.stride_h);
    g.out_width = Outputs(g.width + g.window.pad_left, g.window.kernel_w,
                          g.window.stride_w);
    if (g.window.stride_h == kMostStride) g.out_height = g.out_width = 2;
    test.batch = Draw(1, 4);
    test.threads = Draw(1, 5);
    test.relu = Draw(0, 1) == 1;
    ++round_;
    return test;
  }

 private:
  int64_t Draw(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(
                       random_.Below(static_cast<uint32_t>(most - least + 1)));
  }
  // With padding at the end of up to two pixels.
  int64_t Outputs(int64_t extent, int64_t kernel, int64_t stride) {
    const int64_t padded = std::max(extent + Draw(0, 2), kernel);
    return (padded - kernel) / stride + 1;
  }

  PhiloxStream random_{5, RandomPurpose::kSynthetic, 0};
  int64_t round_ = 0;
};

constexpr int kRounds = 60;

void ExpectNear(GuardedFloats& actual, const std::vector<double>& expected) {
  double largest = 1e-30;
  for (const double value : expected) {
    largest = std::max(largest, std::abs(value));
  }
  for (size_t i = 0; i < expected.size(); ++i) {
    // Fails for NaN: what was not written.
    ASSERT_TRUE(std::abs(actual[static_cast<int64_t>(i)] - expected[i]) <=
                5e-6 * largest)
        << i << ": " << actual[static_cast<int64_t>(i)] << " for "
        << expected[i];
  }
}

class LoweredConvolutionTest : public ::testing::Test {
 protected:
  // Of a convolution made for no more than is asked of it.
  template <typename Check>
  static void ForEachCase(bool training, bool src_gradient,
                          const Check& check) {
    Cases cases;
    PhiloxStream random(7, RandomPurpose::kSynthetic, 0);
    for (int round = 0; round < kRounds; ++round) {
      const Case test = cases.Next();
      SCOPED_TRACE(test.ToString());
      const ConvolutionGeometry& g = test.geometry;
      Team team(static_cast<int>(test.threads));
      const OnTeam on(team);
      const LoweredConvolution convolution(g, test.batch, test.threads,
                                           training, src_gradient);
      GuardedFloats src(test.batch * g.src_sample());
      GuardedFloats dst(test.batch * g.dst_sample());
      GuardedFloats gradient(test.batch * g.dst_sample());
      GuardedFloats weight(g.weight_size());
      GuardedFloats bias(g.groups * g.filters);
      GuardedFloats scratch(convolution.scratch_size());
      for (GuardedFloats* values : {&src, &dst, &gradient, &weight, &bias}) {
        values->Randomize(random);
      }
      check(test, convolution, src, dst, gradient, weight, bias, scratch);
      if (HasFatalFailure()) return;
    }
  }
  // What the gradient is where the output was rectified.
  static double Masked(const Case& test, GuardedFloats& dst,
                       GuardedFloats& gradient, int64_t at) {
    return test.relu && dst[at] <= 0.0f ? 0.0 : gradient[at];
  }
};

TEST_F(LoweredConvolutionTest, OutputsAreSumsOfProducts) {
  ForEachCase(
      false, false,
      [](const Case& test, const LoweredConvolution& convolution,
         GuardedFloats& src, GuardedFloats&, GuardedFloats&,
         GuardedFloats& weight, GuardedFloats& bias, GuardedFloats& scratch) {
        const ConvolutionGeometry& g = test.geometry;
        std::vector<double> expected(
            static_cast<size_t>(test.batch * g.dst_sample()));
        for (int64_t n = 0; n < test.batch; ++n) {
          for (int64_t k = 0; k < g.groups * g.filters; ++k) {
            for (int64_t pixel = 0; pixel < g.pixels(); ++pixel) {
              expected[static_cast<size_t>(test.InOutput(n, k, pixel))] =
                  bias[k];
            }
          }
        }
        test.ForEachProduct([&](int64_t in, int64_t out, int64_t at) {
          expected[static_cast<size_t>(out)] += double{src[in]} * weight[at];
        });
        if (test.relu) {
          for (double& value : expected) value = std::max(value, 0.0);
        }
        GuardedFloats actual(test.batch * g.dst_sample());
        convolution.Forward(src.data(), weight.data(), bias.data(), test.relu,
                            actual.data(), scratch.data());
        ExpectNear(actual, expected);
        GuardedFloats zeros(g.groups * g.filters);
        std::fill_n(zeros.data(), g.groups * g.filters, 0.0f);
        GuardedFloats with_zeros(test.batch * g.dst_sample());
        convolution.Forward(src.data(), weight.data(), zeros.data(), test.relu,
                            with_zeros.data(), scratch.data());
        convolution.Forward(src.data(), weight.data(), nullptr, test.relu,
                            actual.data(), scratch.data());
        for (int64_t i = 0; i < test.batch * g.dst_sample(); ++i) {
          ASSERT_EQ(actual[i], with_zeros[i]) << i;
        }
      });
}

TEST_F(LoweredConvolutionTest, GradientsOfWeightsAndBiasAreSumsOfProducts) {
  ForEachCase(
      true, false,
      [](const Case& test, const LoweredConvolution& convolution,
         GuardedFloats& src, GuardedFloats& dst, GuardedFloats& gradient,
         GuardedFloats&, GuardedFloats&, GuardedFloats& scratch) {
        const ConvolutionGeometry& g = test.geometry;
        // Zeros where panels have no filter.
        std::vector<double> expected(static_cast<size_t>(g.weight_size()));
        test.ForEachProduct([&](int64_t in, int64_t out, int64_t at) {
          expected[static_cast<size_t>(at)] +=
              src[in] * Masked(test, dst, gradient, out);
        });
        std::vector<double> biases(static_cast<size_t>(g.groups * g.filters));
        for (int64_t n = 0; n < test.batch; ++n) {
          for (int64_t k = 0; k < g.groups * g.filters; ++k) {
            for (int64_t pixel = 0; pixel < g.pixels(); ++pixel) {
              biases[static_cast<size_t>(k)] +=
                  Masked(test, dst, gradient, test.InOutput(n, k, pixel));
            }
          }
        }
        GuardedFloats actual(g.weight_size());
        GuardedFloats actual_bias(g.groups * g.filters);
        const float* mask = test.relu ? dst.data() : nullptr;
        convolution.BackwardWeights(src.data(), mask, gradient.data(),
                                    actual.data(), actual_bias.data(),
                                    scratch.data());
        ExpectNear(actual, expected);
        ExpectNear(actual_bias, biases);
        GuardedFloats alone(g.groups * g.filters);
        convolution.BackwardWeights(src.data(), mask, gradient.data(), nullptr,
                                    alone.data(), scratch.data());
        ExpectNear(alone, biases);
        GuardedFloats weights_alone(g.weight_size());
        convolution.BackwardWeights(src.data(), mask, gradient.data(),
                                    weights_alone.data(), nullptr,
                                    scratch.data());
        ExpectNear(weights_alone, expected);
      });
}

TEST_F(LoweredConvolutionTest, GradientsOfTheSourceAreSumsOfProducts) {
  ForEachCase(
      true, true,
      [](const Case& test, const LoweredConvolution& convolution,
         GuardedFloats&, GuardedFloats& dst, GuardedFloats& gradient,
         GuardedFloats& weight, GuardedFloats&, GuardedFloats& scratch) {
        std::vector<double> expected(
            static_cast<size_t>(test.batch * test.geometry.src_sample()));
        test.ForEachProduct([&](int64_t in, int64_t out, int64_t at) {
          expected[static_cast<size_t>(in)] +=
              weight[at] * Masked(test, dst, gradient, out);
        });
        GuardedFloats actual(test.batch * test.geometry.src_sample());
        convolution.BackwardData(
            weight.data(), test.relu ? dst.data() : nullptr, gradient.data(),
            actual.data(), scratch.data());
        ExpectNear(actual, expected);
      });
}

}  // namespace
}  // namespace alexnet::cpu
