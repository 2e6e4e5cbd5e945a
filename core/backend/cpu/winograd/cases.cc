#include "core/backend/cpu/winograd/cases.h"

#include <fmt/core.h>

#include <algorithm>

namespace alexnet::cpu {
namespace {

int64_t InBlocks(int64_t n, int64_t c, int64_t y, int64_t x, int64_t channels,
                 int64_t height, int64_t width, int64_t block) {
  return (((n * (channels / block) + c / block) * height + y) * width + x) *
             block +
         c % block;
}

}  // namespace

void WinogradCase::SetOutput(int64_t taps) {
  layer.out_height = layer.height + layer.pad_top + pad_bottom - taps + 1;
  layer.out_width = layer.width + layer.pad_left + pad_right - taps + 1;
}

int64_t WinogradCase::InSource(int64_t n, int64_t c, int64_t y,
                               int64_t x) const {
  return InBlocks(n, c, y, x, channels(), layer.height, layer.width,
                  layer.src_block);
}

int64_t WinogradCase::InOutput(int64_t n, int64_t k, int64_t y,
                               int64_t x) const {
  return InBlocks(n, k, y, x, filters(), layer.out_height, layer.out_width,
                  layer.dst_block);
}

std::string WinogradCase::ToString() const {
  return fmt::format("{} of {} x {} x {} x {} to {}", batch, layer.groups,
                     layer.channels, layer.height, layer.width, layer.filters);
}

WinogradCase WinogradCases::Next() {
  WinogradCase test{form_, Draw(1, 3), {}};
  WinogradLayer& layer = test.layer;
  layer.height = Draw(taps_, 16);
  layer.width = Draw(taps_, 16);
  layer.pad_top = Draw(0, taps_ - 1);
  layer.pad_left = Draw(0, taps_ - 1);
  test.pad_bottom = Draw(0, taps_ - 1);
  test.pad_right = Draw(0, taps_ - 1);
  layer.groups = Draw(1, 3);
  layer.channels = 16 * Draw(1, 5);
  layer.filters = 16 * Draw(1, 5);
  layer.src_block = round_ % 2 == 0 ? 16 : test.channels();
  layer.dst_block = round_ % 3 == 0 ? 16 : test.filters();
  layer.relu = Draw(0, 1) == 1;
  test.bias = Draw(0, 3) > 0;
  test.SetOutput(taps_);
  ++round_;
  return test;
}

int64_t WinogradCases::Draw(int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random_.Uniform() *
                                      static_cast<float>(most - least + 1));
}

WinogradCase SquareCase(WinogradForm form, int64_t taps, int64_t batch,
                        int64_t side, int64_t channels, int64_t filters) {
  WinogradCase test{form, batch, {}, taps / 2, taps / 2};
  WinogradLayer& layer = test.layer;
  layer.height = layer.width = side;
  layer.pad_top = layer.pad_left = taps / 2;
  layer.channels = channels;
  layer.filters = filters;
  layer.src_block = layer.dst_block = 16;
  test.SetOutput(taps);
  return test;
}

void WinogradTest::SetUp() {
  if (!HasInstructionSet(set())) GTEST_SKIP() << "not on this machine";
}

double WinogradTest::Bound() {
  switch (form()) {
    case WinogradForm::k3x3Of3x3:
    case WinogradForm::k4x4Of3x3:
      return 5e-6;
    case WinogradForm::k5x5Of3x3:
      return 2e-5;
    case WinogradForm::k4x4Of5x5:
      return 3e-5;
  }
  return 0.0;
}

std::vector<WinogradParameter> WinogradParameters() {
  std::vector<WinogradParameter> all;
  for (const auto form : {WinogradForm::k3x3Of3x3, WinogradForm::k4x4Of3x3,
                          WinogradForm::k5x5Of3x3, WinogradForm::k4x4Of5x5}) {
    for (const auto set : {InstructionSet::kBaseline, InstructionSet::kAvx2,
                           InstructionSet::kAvx512}) {
      all.emplace_back(form, set);
    }
  }
  return all;
}

std::string NameOf(const ::testing::TestParamInfo<WinogradParameter>& info) {
  const auto& [form, set] = info.param;
  const int64_t outputs = WinogradLoopsOf(form, set).outputs;
  const int64_t taps = WinogradLoopsOf(form, set).taps;
  return fmt::format("By{0}x{0}Of{1}x{1}", outputs, taps) +
         (set == InstructionSet::kBaseline ? "Baseline"
          : set == InstructionSet::kAvx2   ? "Avx2"
                                           : "Avx512");
}

}  // namespace alexnet::cpu
