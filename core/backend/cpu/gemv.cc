#include "core/backend/cpu/gemv.h"

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "core/backend/cpu/instruction_set.h"
#include "core/base/parallel.h"
#include "core/tensor/dtype.h"

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
ALEXNET_INLINE Floats WidenBytes(const int8_t* from) {
  int32_t word;
  std::memcpy(&word, from, sizeof(word));
  return _mm_cvtepi32_ps(_mm_cvtepi8_epi32(_mm_cvtsi32_si128(word)));
}
#include "core/backend/cpu/gemv.inc"
}  // namespace baseline

ALEXNET_BEGIN_AVX2
namespace avx2 {
constexpr int kLanes = 8;
#include "core/backend/cpu/vectors.inc"
ALEXNET_INLINE Floats WidenHalves(const uint16_t* from) {
  return _mm256_cvtph_ps(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}
ALEXNET_INLINE Floats WidenBytes(const int8_t* from) {
  return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(
      _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
}
#include "core/backend/cpu/gemv.inc"
}  // namespace avx2
ALEXNET_END_INSTRUCTION_SET

ALEXNET_BEGIN_AVX512
namespace avx512 {
constexpr int kLanes = 16;
#include "core/backend/cpu/vectors.inc"
ALEXNET_INLINE Floats WidenHalves(const uint16_t* from) {
  // GCC takes what the one without a mask leaves for uninitialized.
  return _mm512_maskz_cvtph_ps(
      0xffff, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}
ALEXNET_INLINE Floats WidenBytes(const int8_t* from) {
  return _mm512_maskz_cvtepi32_ps(
      0xffff,
      _mm512_maskz_cvtepi8_epi32(
          0xffff, _mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
}
#include "core/backend/cpu/gemv.inc"
}  // namespace avx512
ALEXNET_END_INSTRUCTION_SET

}  // namespace

void Gemv(const GemvArgs& args) {
  static const auto dot_of =
      OfUsedInstructionSet(baseline::DotOf, avx2::DotOf, avx512::DotOf);
  const DotFunction dot_rows = dot_of(args.type);
  const int64_t groups = (args.rows + kRows - 1) / kRows;
  ParallelFor(groups, 4, [&](int64_t begin, int64_t end) {
    for (int64_t group = begin; group < end; ++group) {
      const int64_t row = group * kRows;
      const int64_t rows = std::min(kRows, args.rows - row);
      for (int64_t first = 0; first < args.count; first += kGemvVectors) {
        const int64_t vectors = std::min(kGemvVectors, args.count - first);
        Dots dots;
        dot_rows(args, row, rows, args.vectors + first * args.columns, vectors,
                 dots);
        for (int64_t r = 0; r < rows; ++r) {
          const float bias = args.bias != nullptr ? args.bias[row + r] : 0.0f;
          for (int64_t v = 0; v < vectors; ++v) {
            const float dot = args.factors != nullptr
                                  ? dots[r][v] * args.factors[row + r]
                                  : dots[r][v];
            const float value = dot + bias;
            args.out[(first + v) * args.rows + row + r] =
                args.relu && value < 0.0f ? 0.0f : value;
          }
        }
      }
    }
  });
}

}  // namespace alexnet::cpu
