#include "core/backend/cpu/max_pooling_math.h"

#include <algorithm>
#include <limits>

#include "core/backend/cpu/instruction_set.h"

namespace alexnet::cpu {
namespace {

// A tap that no window has, as it lies in memory and when it is widened.
template <typename Winner>
constexpr int32_t kNoWinner =
    static_cast<int32_t>(std::numeric_limits<Winner>::max());

struct Range {
  int64_t begin;
  int64_t end;
};

// Of an axis: the taps inside the plane of the window that starts at `start`.
inline Range TapsInside(int64_t start, int64_t kernel, int64_t extent) {
  return {std::max<int64_t>(-start, 0), std::min(kernel, extent - start)};
}

// Of an axis: the windows that `at` is in, counted from the padding's start.
inline Range WindowsOver(int64_t at, int64_t kernel, int64_t stride,
                         int64_t outputs) {
  return {at < kernel ? 0 : (at - kernel) / stride + 1,
          std::min(outputs, at / stride + 1)};
}

namespace baseline {
#include "core/backend/cpu/max_pooling_loops.inc"
}  // namespace baseline

ALEXNET_BEGIN_AVX2
namespace avx2 {
#include "core/backend/cpu/max_pooling_loops.inc"
}  // namespace avx2
ALEXNET_END_INSTRUCTION_SET

ALEXNET_BEGIN_AVX512
namespace avx512 {
#include "core/backend/cpu/max_pooling_loops.inc"
}  // namespace avx512
ALEXNET_END_INSTRUCTION_SET

}  // namespace

int64_t WinnerSize(const Window& window) {
  return window.kernel_h * window.kernel_w < 256 ? 1 : 4;
}

void MaxPoolForward(const MaxPooling& pooling, int64_t begin, int64_t end,
                    const float* src, float* dst, void* winners) {
  static const auto forward = OfUsedInstructionSet(
      baseline::ForwardOf, avx2::ForwardOf, avx512::ForwardOf);
  forward(pooling, begin, end, src, dst, winners);
}

void MaxPoolBackward(const MaxPooling& pooling, int64_t begin, int64_t end,
                     const void* winners, const float* dst_gradient,
                     float* src_gradient) {
  static const auto backward = OfUsedInstructionSet(
      baseline::BackwardOf, avx2::BackwardOf, avx512::BackwardOf);
  backward(pooling, begin, end, winners, dst_gradient, src_gradient);
}

}  // namespace alexnet::cpu
