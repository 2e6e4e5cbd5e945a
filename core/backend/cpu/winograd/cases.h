// Random convolutions of stride 1 for the tests of Winograd's algorithm, for
// every form and instruction set that the machine has.

#ifndef ALEXNET_CORE_BACKEND_CPU_WINOGRAD_CASES_H_
#define ALEXNET_CORE_BACKEND_CPU_WINOGRAD_CASES_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cpu/guarded_floats.h"
#include "core/backend/cpu/winograd/loops.h"
#include "core/base/philox.h"

namespace alexnet::cpu {

struct WinogradCase {
  WinogradForm form;
  int64_t batch;
  WinogradLayer layer;
  int64_t pad_bottom = 0;
  int64_t pad_right = 0;
  bool bias = true;

  int64_t channels() const { return layer.groups * layer.channels; }
  int64_t filters() const { return layer.groups * layer.filters; }
  // What the layer's output follows from.
  void SetOutput(int64_t taps);
  // Where an element of a blob lies.
  int64_t InSource(int64_t n, int64_t c, int64_t y, int64_t x) const;
  int64_t InOutput(int64_t n, int64_t k, int64_t y, int64_t x) const;
  // `add(source, output, tap)`, all of them where they lie, for each product of
  // channel `c` of its group with filter `k` that lies inside the source.
  template <typename Add>
  void ForEachProduct(int64_t taps, int64_t n, int64_t k, int64_t c, int64_t y,
                      int64_t x, const Add& add) const {
    const int64_t first =
        InSource(n, k / layer.filters * layer.channels + c, 0, 0);
    const int64_t output = InOutput(n, k, y, x);
    for (int64_t i = 0; i < taps; ++i) {
      for (int64_t j = 0; j < taps; ++j) {
        const int64_t row = y + i - layer.pad_top;
        const int64_t column = x + j - layer.pad_left;
        if (row < 0 || row >= layer.height || column < 0 ||
            column >= layer.width) {
          continue;
        }
        add(first + (row * layer.width + column) * layer.src_block, output,
            ((k * layer.channels + c) * taps + i) * taps + j);
      }
    }
  }
  std::string ToString() const;
};

// The same cases of a form each time.
class WinogradCases {
 public:
  WinogradCases(WinogradForm form, int64_t taps) : form_(form), taps_(taps) {}
  WinogradCase Next();

 private:
  int64_t Draw(int64_t least, int64_t most);

  const WinogradForm form_;
  const int64_t taps_;
  PhiloxStream random_{3, RandomPurpose::kSynthetic, 0};
  int64_t round_ = 0;
};

// A case of square maps whose outputs are as large.
WinogradCase SquareCase(WinogradForm form, int64_t taps, int64_t batch,
                        int64_t side, int64_t channels, int64_t filters);

using WinogradParameter = std::pair<WinogradForm, InstructionSet>;

class WinogradTest : public ::testing::TestWithParam<WinogradParameter> {
 protected:
  void SetUp() override;
  static WinogradForm form() { return GetParam().first; }
  static InstructionSet set() { return GetParam().second; }
  static int64_t taps() { return WinogradLoopsOf(form(), set()).taps; }
  // Of errors, over the largest value: loops.h states them.
  static double Bound();
};

std::vector<WinogradParameter> WinogradParameters();
std::string NameOf(const ::testing::TestParamInfo<WinogradParameter>& info);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_WINOGRAD_CASES_H_
