// Winograd's convolution against sums in float64, for every instruction set
// that the machine has. Behind each buffer lies a page that must not be
// touched.

#include "core/backend/cpu/winograd/convolution.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/base/philox.h"

namespace alexnet::cpu {
namespace {

constexpr float kPoison = std::numeric_limits<float>::quiet_NaN();

// `size` floats, the last of which ends where a forbidden page begins.
class GuardedFloats {
 public:
  explicit GuardedFloats(int64_t size) : size_(static_cast<size_t>(size)) {
    const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    const size_t pages = (size_ * sizeof(float) + page - 1) / page;
    bytes_ = (pages + 1) * page;
    start_ =
        static_cast<std::byte*>(mmap(nullptr, bytes_, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_EQ(mprotect(start_ + pages * page, page, PROT_NONE), 0);
    data_ = reinterpret_cast<float*>(start_ + pages * page) - size_;
    std::fill_n(data_, size_, kPoison);
  }
  ~GuardedFloats() { munmap(start_, bytes_); }
  GuardedFloats(const GuardedFloats&) = delete;
  GuardedFloats& operator=(const GuardedFloats&) = delete;

  void Randomize(PhiloxStream& random) {
    for (size_t i = 0; i < size_; ++i) {
      data_[i] = 2.0f * random.Uniform() - 1.0f;
    }
  }
  float* data() { return data_; }
  float& operator[](int64_t i) { return data_[i]; }

 private:
  const size_t size_;
  size_t bytes_ = 0;
  std::byte* start_ = nullptr;
  float* data_ = nullptr;
};

struct Case {
  WinogradForm form;
  int64_t batch;
  WinogradLayer layer;
  int64_t pad_bottom = 0;
  int64_t pad_right = 0;
  bool bias = true;
};

int64_t InBlocks(int64_t n, int64_t c, int64_t y, int64_t x, int64_t channels,
                 int64_t height, int64_t width, int64_t block) {
  return (((n * (channels / block) + c / block) * height + y) * width + x) *
             block +
         c % block;
}

// Of one output, before the ReLU.
double DirectSum(const Case& test, int64_t taps, GuardedFloats& src,
                 GuardedFloats& weight, double bias, int64_t n, int64_t k,
                 int64_t y, int64_t x) {
  const WinogradLayer& layer = test.layer;
  const int64_t group = k / layer.filters;
  double sum = bias;
  for (int64_t c = 0; c < layer.channels; ++c) {
    for (int64_t i = 0; i < taps; ++i) {
      for (int64_t j = 0; j < taps; ++j) {
        const int64_t row = y + i - layer.pad_top;
        const int64_t column = x + j - layer.pad_left;
        if (row < 0 || row >= layer.height || column < 0 ||
            column >= layer.width) {
          continue;
        }
        const int64_t at = InBlocks(n, group * layer.channels + c, row, column,
                                    layer.groups * layer.channels, layer.height,
                                    layer.width, layer.src_block);
        sum += static_cast<double>(src[at]) *
               weight[((k * layer.channels + c) * taps + i) * taps + j];
      }
    }
  }
  return sum;
}

// Largest error over the largest output.
double ErrorOf(Case test, InstructionSet set, uint32_t stream) {
  WinogradLayer& layer = test.layer;
  const int64_t taps = WinogradLoopsOf(test.form, set).taps;
  layer.out_height = layer.height + layer.pad_top + test.pad_bottom - taps + 1;
  layer.out_width = layer.width + layer.pad_left + test.pad_right - taps + 1;
  const WinogradConvolution convolution(test.form, set, layer, test.batch);
  const int64_t channels = layer.groups * layer.channels;
  const int64_t filters = layer.groups * layer.filters;
  const int64_t area = layer.out_height * layer.out_width;
  PhiloxStream random(7, RandomPurpose::kSynthetic, stream);
  GuardedFloats src(test.batch * channels * layer.height * layer.width);
  GuardedFloats weight(filters * layer.channels * taps * taps);
  GuardedFloats bias(filters);
  src.Randomize(random);
  weight.Randomize(random);
  bias.Randomize(random);
  GuardedFloats transformed(convolution.weight_size());
  GuardedFloats dst(test.batch * filters * area);
  GuardedFloats scratch(convolution.scratch_size());
  convolution.TransformWeights(weight.data(), transformed.data());
  convolution.Forward(src.data(), transformed.data(),
                      test.bias ? bias.data() : nullptr, dst.data(),
                      scratch.data());
  double error = 0.0;
  double largest = 0.0;
  for (int64_t n = 0; n < test.batch; ++n) {
    for (int64_t k = 0; k < filters; ++k) {
      for (int64_t y = 0; y < layer.out_height; ++y) {
        for (int64_t x = 0; x < layer.out_width; ++x) {
          double expected = DirectSum(
              test, taps, src, weight,
              test.bias ? static_cast<double>(bias[k]) : 0.0, n, k, y, x);
          if (layer.relu) expected = std::max(expected, 0.0);
          const double actual =
              dst[InBlocks(n, k, y, x, filters, layer.out_height,
                           layer.out_width, layer.dst_block)];
          if (!std::isfinite(actual)) return 1.0;
          error = std::max(error, std::abs(actual - expected));
          largest = std::max(largest, std::abs(expected));
        }
      }
    }
  }
  return error / largest;
}

class WinogradConvolutionTest
    : public ::testing::TestWithParam<std::pair<WinogradForm, InstructionSet>> {
 protected:
  void SetUp() override {
    if (!HasInstructionSet(set())) GTEST_SKIP() << "not on this machine";
  }
  static WinogradForm form() { return GetParam().first; }
  static InstructionSet set() { return GetParam().second; }
  static int64_t taps() { return WinogradLoopsOf(form(), set()).taps; }
  static double Bound() {
    return form() == WinogradForm::k4x4Of3x3   ? 5e-6
           : form() == WinogradForm::k5x5Of3x3 ? 2e-5
                                               : 3e-5;
  }
};

TEST_P(WinogradConvolutionTest, EqualsDirectSumsOfRandomShapes) {
  PhiloxStream random(3, RandomPurpose::kSynthetic, 0);
  const auto draw = [&](int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random.Uniform() *
                                        static_cast<float>(most - least + 1));
  };
  for (uint32_t round = 0; round < 30; ++round) {
    Case test{form(), draw(1, 3), {}};
    WinogradLayer& layer = test.layer;
    layer.height = draw(taps(), 16);
    layer.width = draw(taps(), 16);
    layer.pad_top = draw(0, taps() - 1);
    layer.pad_left = draw(0, taps() - 1);
    test.pad_bottom = draw(0, taps() - 1);
    test.pad_right = draw(0, taps() - 1);
    layer.groups = draw(1, 3);
    layer.channels = 16 * draw(1, 5);
    layer.filters = 16 * draw(1, 5);
    layer.src_block = round % 2 == 0 ? 16 : layer.groups * layer.channels;
    layer.dst_block = round % 3 == 0 ? 16 : layer.groups * layer.filters;
    layer.relu = draw(0, 1) == 1;
    test.bias = draw(0, 3) > 0;
    EXPECT_LT(ErrorOf(test, set(), round), Bound())
        << "round " << round << ": " << test.batch << " of " << layer.groups
        << " x " << layer.channels << " x " << layer.height << " x "
        << layer.width << " to " << layer.filters;
  }
}

TEST_P(WinogradConvolutionTest, TakesManySamplesAndChannels) {
  for (const int64_t batch : {5, 33, 130}) {
    Case test{form(), batch, {}, taps() / 2, taps() / 2};
    WinogradLayer& layer = test.layer;
    layer.height = layer.width = 6;
    layer.pad_top = layer.pad_left = taps() / 2;
    layer.channels = layer.filters = 16;
    layer.src_block = layer.dst_block = 16;
    EXPECT_LT(ErrorOf(test, set(), 50), Bound()) << batch;
  }
  Case wide{form(), 1, {}, taps() / 2, taps() / 2};
  wide.layer.height = wide.layer.width = 9;
  wide.layer.pad_top = wide.layer.pad_left = taps() / 2;
  wide.layer.channels = 512;
  wide.layer.filters = 48;
  wide.layer.src_block = wide.layer.dst_block = 16;
  EXPECT_LT(ErrorOf(wide, set(), 51), Bound());
}

std::string Name(
    const ::testing::TestParamInfo<std::pair<WinogradForm, InstructionSet>>&
        parameter) {
  const auto& [form, set] = parameter.param;
  return std::string(form == WinogradForm::k4x4Of3x3   ? "By4x4Of3x3"
                     : form == WinogradForm::k5x5Of3x3 ? "By5x5Of3x3"
                                                       : "By4x4Of5x5") +
         (set == InstructionSet::kBaseline ? "Baseline"
          : set == InstructionSet::kAvx2   ? "Avx2"
                                           : "Avx512");
}

std::vector<std::pair<WinogradForm, InstructionSet>> All() {
  std::vector<std::pair<WinogradForm, InstructionSet>> all;
  for (const auto form : {WinogradForm::k4x4Of3x3, WinogradForm::k5x5Of3x3,
                          WinogradForm::k4x4Of5x5}) {
    for (const auto set : {InstructionSet::kBaseline, InstructionSet::kAvx2,
                           InstructionSet::kAvx512}) {
      all.emplace_back(form, set);
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, WinogradConvolutionTest,
                         ::testing::ValuesIn(All()), Name);

}  // namespace
}  // namespace alexnet::cpu
