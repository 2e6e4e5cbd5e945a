#include "core/backend/cpu/gemv.h"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/backend/cpu/simd.h"
#include "core/base/cpu.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

// Several rows at once keep more loads under way than one row's prefetch does.
constexpr int64_t kRows = 4;
constexpr int64_t kLanes = 16;
// Bytes ahead of the reading position that are asked for: about the time a line
// takes from memory.
constexpr int64_t kAhead = 1024;

typedef float Lanes __attribute__((vector_size(kLanes * sizeof(float))));

inline Lanes LoadFloats(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}

inline float Sum(const Lanes& lanes) {
  float sum = 0;
  for (int64_t i = 0; i < kLanes; ++i) sum += lanes[i];
  return sum;
}

// How sixteen elements of each type become floats. Widen is for what remains.
struct FromFloat {
  using Element = float;
  static Lanes Load(const float* from) { return LoadFloats(from); }
  static float Widen(float value) { return value; }
};

struct FromBfloat16 {
  using Element = uint16_t;
  static Lanes Load(const uint16_t* from) {
    typedef uint16_t Halves __attribute__((vector_size(kLanes * 2)));
    typedef uint32_t Words __attribute__((vector_size(kLanes * 4)));
    Halves halves;
    std::memcpy(&halves, from, sizeof(halves));
    const Words words = __builtin_convertvector(halves, Words) << 16;
    return std::bit_cast<Lanes>(words);
  }
  static float Widen(uint16_t value) { return Bfloat16ToFloat(value); }
};

// Dots of `rows` (up to kRows) rows with `vectors` (compile time) vectors.
template <typename From, int vectors>
__attribute__((always_inline)) inline void DotRows(
    const GemvArgs& args, int64_t row, int64_t rows, const float* x,
    float (&dots)[kRows][kGemvVectors]) {
  using Element = typename From::Element;
  const auto* matrix = static_cast<const Element*>(args.matrix);
  const Element* at[kRows];
  for (int64_t r = 0; r < kRows; ++r) {
    at[r] = matrix + (row + std::min(r, rows - 1)) * args.columns;
  }
  Lanes sums[kRows][vectors] = {};
  int64_t k = 0;
  for (; k + kLanes <= args.columns; k += kLanes) {
    Lanes weights[kRows];
#pragma GCC unroll 4
    for (int64_t r = 0; r < kRows; ++r) {
      __builtin_prefetch(reinterpret_cast<const char*>(at[r] + k) + kAhead);
      weights[r] = From::Load(at[r] + k);
    }
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      const Lanes values = LoadFloats(x + v * args.columns + k);
#pragma GCC unroll 4
      for (int64_t r = 0; r < kRows; ++r) sums[r][v] += weights[r] * values;
    }
  }
  for (int64_t r = 0; r < rows; ++r) {
    for (int v = 0; v < vectors; ++v) {
      float dot = Sum(sums[r][v]);
      for (int64_t i = k; i < args.columns; ++i) {
        dot += From::Widen(at[r][i]) * x[v * args.columns + i];
      }
      dots[r][v] = dot;
    }
  }
}

template <typename From>
__attribute__((always_inline)) inline void DotRows(
    const GemvArgs& args, int64_t row, int64_t rows, const float* x,
    int64_t vectors, float (&dots)[kRows][kGemvVectors]) {
  switch (vectors) {
    case 1:
      return DotRows<From, 1>(args, row, rows, x, dots);
    case 2:
      return DotRows<From, 2>(args, row, rows, x, dots);
    case 3:
      return DotRows<From, 3>(args, row, rows, x, dots);
    default:
      return DotRows<From, 4>(args, row, rows, x, dots);
  }
}

using Dots = float[kRows][kGemvVectors];

ALEXNET_SIMD_CLONES void DotFloats(const GemvArgs& args, int64_t row,
                                   int64_t rows, const float* x,
                                   int64_t vectors, Dots& dots) {
  DotRows<FromFloat>(args, row, rows, x, vectors, dots);
}

ALEXNET_SIMD_CLONES void DotBfloat16s(const GemvArgs& args, int64_t row,
                                      int64_t rows, const float* x,
                                      int64_t vectors, Dots& dots) {
  DotRows<FromBfloat16>(args, row, rows, x, vectors, dots);
}

// Halves need an instruction of their own (F16C), eight at a time.
__attribute__((target("avx2,fma,f16c"))) void DotHalves(
    const GemvArgs& args, int64_t row, int64_t rows, const float* x,
    int64_t vectors, Dots& dots) {
  const auto* matrix = static_cast<const uint16_t*>(args.matrix);
  const uint16_t* at[kRows];
  for (int64_t r = 0; r < kRows; ++r) {
    at[r] = matrix + (row + std::min(r, rows - 1)) * args.columns;
  }
  for (int64_t v = 0; v < vectors; ++v) {
    const float* values = x + v * args.columns;
    __m256 sums[kRows] = {};
    int64_t k = 0;
    for (; k + 8 <= args.columns; k += 8) {
      const __m256 value = _mm256_loadu_ps(values + k);
#pragma GCC unroll 4
      for (int64_t r = 0; r < kRows; ++r) {
        __builtin_prefetch(reinterpret_cast<const char*>(at[r] + k) + kAhead);
        const __m256 weight = _mm256_cvtph_ps(
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(at[r] + k)));
        sums[r] = _mm256_fmadd_ps(weight, value, sums[r]);
      }
    }
    for (int64_t r = 0; r < rows; ++r) {
      float lanes[8];
      _mm256_storeu_ps(lanes, sums[r]);
      float dot = 0;
      for (const float lane : lanes) dot += lane;
      for (int64_t i = k; i < args.columns; ++i) {
        dot += HalfToFloat(at[r][i]) * values[i];
      }
      dots[r][v] = dot;
    }
  }
}

void DotHalvesPlain(const GemvArgs& args, int64_t row, int64_t rows,
                    const float* x, int64_t vectors, Dots& dots) {
  const auto* matrix = static_cast<const uint16_t*>(args.matrix);
  for (int64_t r = 0; r < rows; ++r) {
    const uint16_t* at = matrix + (row + r) * args.columns;
    for (int64_t v = 0; v < vectors; ++v) {
      float dot = 0;
      for (int64_t i = 0; i < args.columns; ++i) {
        dot += HalfToFloat(at[i]) * x[v * args.columns + i];
      }
      dots[r][v] = dot;
    }
  }
}

using DotFunction = void (*)(const GemvArgs&, int64_t, int64_t, const float*,
                             int64_t, Dots&);

DotFunction ChooseDot(DType dtype) {
  if (dtype == DType::kF32) return DotFloats;
  if (dtype == DType::kBF16) return DotBfloat16s;
  const CpuFeatures& cpu = HostCpu();
  return cpu.avx2 && cpu.fma && cpu.f16c ? DotHalves : DotHalvesPlain;
}

}  // namespace

void Gemv(const GemvArgs& args) {
  const DotFunction dot = ChooseDot(args.dtype);
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
