// Our own convolution of few pictures against loops in double. Built twice: for
// the emulation, and for a GPU.

#include "core/backend/cuda/kernels/direct_convolution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/backend/cuda/runtime/cuda_device.h"
#include "core/backend/testing/kernel_harness.h"
#include "core/backend/testing/layer_cases.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda {
namespace {

using testing::RandomValues;
using testing::RelativeNorm;

CudaDevice& TheDevice() {
  static std::unique_ptr<CudaDevice> device = [] {
    auto opened = CudaDevice::Open(0);
    if (opened.ok()) return *std::move(opened);
    std::fprintf(stderr, "no device: %s\n", opened.status().ToString().c_str());
    std::exit(1);
  }();
  return *device;
}

struct Bf16Values {
  explicit Bf16Values(std::vector<float> given) : values(std::move(given)) {
    const int64_t count = static_cast<int64_t>(values.size());
    bits.resize(values.size());
    NarrowFromFloat(values.data(), count, DType::kBF16, bits.data());
    WidenToFloat(DType::kBF16, bits.data(), count, values.data());
    const int64_t bytes = count * 2;
    buffer = TheDevice().Allocate(bytes, /*zero=*/false).value();
    EXPECT_TRUE(TheDevice()
                    .Upload(bits.data(), bytes, buffer.data(), Queue::kCompute)
                    .ok());
  }
  std::vector<float> Read() {
    const int64_t count = static_cast<int64_t>(values.size());
    EXPECT_TRUE(
        TheDevice().Download(buffer.data(), count * 2, bits.data()).ok());
    EXPECT_TRUE(TheDevice().Finish().ok());
    WidenToFloat(DType::kBF16, bits.data(), count, values.data());
    return values;
  }

  std::vector<float> values;  // rounded
  std::vector<uint16_t> bits;
  AlignedBuffer buffer;
};

struct Case {
  const char* name;
  int64_t batch, channels, height, width, out_channels;
  int64_t kernel_h, kernel_w, stride, pad, groups;
  bool bias, relu;
  int64_t towers = 1;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

ConvolutionProblem ProblemOf(const Case& c) {
  ConvolutionProblem p;
  p.precision = Precision::kBf16;
  p.batch = c.batch;
  p.channels = c.channels;
  p.height = c.height;
  p.width = c.width;
  p.out_channels = c.out_channels;
  p.kernel_h = c.kernel_h;
  p.kernel_w = c.kernel_w;
  p.stride_h = p.stride_w = c.stride;
  p.pad_top = p.pad_left = p.pad_bottom = p.pad_right = c.pad;
  p.out_height = (c.height + 2 * c.pad - c.kernel_h) / c.stride + 1;
  p.out_width = (c.width + 2 * c.pad - c.kernel_w) / c.stride + 1;
  p.groups = c.groups;
  p.towers = c.towers;
  p.bias = c.bias;
  p.relu = c.relu;
  return p;
}

std::vector<float> Expected(const ConvolutionProblem& p,
                            const std::vector<float>& source,
                            const std::vector<float>& weight,
                            const std::vector<float>& bias) {
  const int64_t in = p.channels / p.groups;
  const int64_t out = p.out_channels / p.groups;
  const int64_t pitch = p.channels / p.towers;
  const int64_t out_pitch = p.out_channels / p.towers;
  std::vector<float> result(static_cast<size_t>(p.batch * p.out_height *
                                                p.out_width * p.out_channels));
  for (int64_t n = 0; n < p.batch; ++n)
    for (int64_t oy = 0; oy < p.out_height; ++oy)
      for (int64_t ox = 0; ox < p.out_width; ++ox)
        for (int64_t o = 0; o < p.out_channels; ++o) {
          double sum = p.bias ? bias[static_cast<size_t>(o)] : 0.0;
          for (int64_t ky = 0; ky < p.kernel_h; ++ky)
            for (int64_t kx = 0; kx < p.kernel_w; ++kx) {
              const int64_t y = oy * p.stride_h + ky - p.pad_top;
              const int64_t x = ox * p.stride_w + kx - p.pad_left;
              if (y < 0 || x < 0 || y >= p.height || x >= p.width) continue;
              for (int64_t i = 0; i < in; ++i) {
                sum += static_cast<double>(source[static_cast<size_t>(
                           ((((o / out * in + i) / pitch * p.batch + n) *
                                 p.height +
                             y) *
                                p.width +
                            x) *
                               pitch +
                           (o / out * in + i) % pitch)]) *
                       weight[static_cast<size_t>(
                           ((o * p.kernel_h + ky) * p.kernel_w + kx) * in + i)];
              }
            }
          const int64_t sample = o / out_pitch * p.batch + n;
          result[static_cast<size_t>(
              ((sample * p.out_height + oy) * p.out_width + ox) * out_pitch +
              o % out_pitch)] =
              static_cast<float>(p.relu && sum < 0.0 ? 0.0 : sum);
        }
  return result;
}

class DirectConvolutionTest : public ::testing::TestWithParam<Case> {};

TEST_P(DirectConvolutionTest, EqualsLoopsInDouble) {
  const ConvolutionProblem p = ProblemOf(GetParam());
  ASSERT_TRUE(SuitsDirectConvolution(p));
  ASSERT_TRUE(TheDevice().MakeCurrent().ok());
  const int64_t filter = p.kernel_h * p.kernel_w * (p.channels / p.groups);
  Bf16Values source(RandomValues(p.batch * p.height * p.width * p.channels, 1));
  Bf16Values weight(RandomValues(p.out_channels * filter, 2));
  Bf16Values bias(RandomValues(p.out_channels, 3));
  Bf16Values out(
      std::vector<float>(static_cast<size_t>(p.batch * p.out_height *
                                             p.out_width * p.out_channels),
                         NAN));
  Operands operands;
  operands.a = source.buffer.data();
  operands.b = weight.buffer.data();
  operands.bias = p.bias ? bias.buffer.data() : nullptr;
  operands.out = out.buffer.data();
  const Status status = DirectConvolution(TheDevice().compute(), p, operands);
  ASSERT_TRUE(status.ok()) << status.ToString();
  const std::vector<float> first = out.Read();
  // Rounding the result is all that bfloat16 costs.
  EXPECT_LT(RelativeNorm(
                first, Expected(p, source.values, weight.values, bias.values)),
            4e-3);
  ASSERT_TRUE(DirectConvolution(TheDevice().compute(), p, operands).ok());
  EXPECT_EQ(out.Read(), first);
}

INSTANTIATE_TEST_SUITE_P(
    All, DirectConvolutionTest,
    ::testing::Values(
        Case{"Plain", 1, 32, 13, 13, 64, 3, 3, 1, 1, 1, true, true},
        Case{"NoActivation", 1, 48, 9, 11, 32, 3, 3, 1, 1, 1, true, false},
        Case{"NoBias", 2, 16, 7, 6, 16, 5, 5, 1, 2, 1, false, true},
        Case{"TwoTowers", 1, 96, 9, 9, 64, 5, 5, 1, 2, 2, true, true},
        Case{"TowersApart", 3, 96, 9, 9, 64, 5, 5, 1, 2, 2, true, true, 2},
        Case{"Strided", 3, 16, 12, 15, 48, 3, 2, 2, 1, 1, true, true},
        Case{"OneTap", 4, 64, 1, 1, 32, 1, 1, 1, 0, 1, true, false},
        Case{"FewSteps", 1, 16, 4, 4, 16, 1, 2, 1, 0, 1, true, true},
        // Enough blocks for the larger tiles, the last of which hangs over.
        Case{"LargeTiles", 1, 48, 57, 57, 64, 3, 3, 1, 0, 1, true, true}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

TEST(DirectConvolutionTest, LeavesTheRestToOthers) {
  const Case good = {"", 1, 32, 13, 13, 64, 3, 3, 1, 1, 1, true, true};
  ConvolutionProblem p = ProblemOf(good);
  EXPECT_TRUE(SuitsDirectConvolution(p));
  p.precision = Precision::kTf32;
  EXPECT_FALSE(SuitsDirectConvolution(p));
  p = ProblemOf(good);
  p.pass = ConvolutionPass::kSourceGradient;
  EXPECT_FALSE(SuitsDirectConvolution(p));
  p = ProblemOf(good);
  p.groups = 4;  // of 8 channels
  EXPECT_FALSE(SuitsDirectConvolution(p));
  p = ProblemOf(good);
  p.batch = 256;
  EXPECT_FALSE(SuitsDirectConvolution(p));
  p = ProblemOf(good);
  p.kernel_w = 17;
  EXPECT_FALSE(SuitsDirectConvolution(p));
}

}  // namespace
}  // namespace alexnet::cuda
