#include "core/backend/cpu/gemv.h"

#include <immintrin.h>

#include <algorithm>
#include <bit>

#include "core/backend/cpu/instruction_set.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

// Several rows at once keep more loads under way than one row's prefetch does.
constexpr int64_t kRows = 4;
// Bytes ahead of the reading position that are asked for: about the time a line
// takes from memory.
constexpr int64_t kAhead = 1024;

using Dots = float[kRows][kGemvVectors];
using DotFunction = void (*)(const GemvArgs& args, int64_t row, int64_t rows,
                             const float* x, int64_t vectors, Dots& dots);

#define ALEXNET_INLINE __attribute__((always_inline)) inline

// By features: intrinsics are not inlined into code for an architecture.
namespace baseline {
constexpr int kLanes = 4;
#include "core/backend/cpu/vectors.inc"
ALEXNET_INLINE Floats WidenHalves(const uint16_t* from) {
  Floats values;
  for (int lane = 0; lane < kLanes; ++lane) {
    values[lane] = HalfToFloat(from[lane]);
  }
  return values;
}
#include "core/backend/cpu/gemv.inc"
}  // namespace baseline

#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")
namespace avx2 {
constexpr int kLanes = 8;
#include "core/backend/cpu/vectors.inc"
ALEXNET_INLINE Floats WidenHalves(const uint16_t* from) {
  return _mm256_cvtph_ps(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}
#include "core/backend/cpu/gemv.inc"
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,fma")
namespace avx512 {
constexpr int kLanes = 16;
#include "core/backend/cpu/vectors.inc"
ALEXNET_INLINE Floats WidenHalves(const uint16_t* from) {
  // GCC takes what the one without a mask leaves for uninitialized.
  return _mm512_maskz_cvtph_ps(
      0xffff, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}
#include "core/backend/cpu/gemv.inc"
}  // namespace avx512
#pragma GCC pop_options

}  // namespace

void Gemv(const GemvArgs& args) {
  static const auto dot_of =
      OfUsedInstructionSet(baseline::DotOf, avx2::DotOf, avx512::DotOf);
  const DotFunction dot = dot_of(args.dtype);
  const int64_t groups = (args.rows + kRows - 1) / kRows;
  ParallelFor(groups, 4, [&](int64_t begin, int64_t end) {
    for (int64_t group = begin; group < end; ++group) {
      const int64_t row = group * kRows;
      const int64_t rows = std::min(kRows, args.rows - row);
      for (int64_t first = 0; first < args.count; first += kGemvVectors) {
        const int64_t vectors = std::min(kGemvVectors, args.count - first);
        Dots dots;
        dot(args, row, rows, args.vectors + first * args.columns, vectors,
            dots);
        for (int64_t r = 0; r < rows; ++r) {
          const float bias = args.bias != nullptr ? args.bias[row + r] : 0.0f;
          for (int64_t v = 0; v < vectors; ++v) {
            const float value = dots[r][v] + bias;
            args.out[(first + v) * args.rows + row + r] =
                args.relu && value < 0.0f ? 0.0f : value;
          }
        }
      }
    }
  });
}

}  // namespace alexnet::cpu
