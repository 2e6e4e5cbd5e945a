#include "core/tensor/dtype.h"

#include <immintrin.h>

#include <bit>
#include <cstring>

#include "core/base/cpu.h"

namespace alexnet {
namespace {

template <typename T>
T Load(const void* from, int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const std::byte*>(from) + index * sizeof(T),
              sizeof(T));
  return value;
}

template <typename T>
void Store(T value, void* to, int64_t index) {
  std::memcpy(static_cast<std::byte*>(to) + index * sizeof(T), &value,
              sizeof(T));
}

// The processor's own conversions, eight at a time; return how many elements
// they did. They give the same bits as the portable ones, NaN included.
__attribute__((target("avx,f16c"))) int64_t WidenHalfsF16c(const void* from,
                                                           int64_t count,
                                                           float* to) {
  const auto* halfs = static_cast<const std::byte*>(from);
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m128i packed =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(halfs + i * 2));
    _mm256_storeu_ps(to + i, _mm256_cvtph_ps(packed));
  }
  return i;
}

__attribute__((target("avx,f16c"))) int64_t NarrowHalfsF16c(const float* from,
                                                            int64_t count,
                                                            void* to) {
  auto* halfs = static_cast<std::byte*>(to);
  int64_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m128i packed =
        _mm256_cvtps_ph(_mm256_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(halfs + i * 2), packed);
  }
  return i;
}

}  // namespace

int64_t DTypeSize(DType dtype) { return dtype == DType::kF32 ? 4 : 2; }

uint16_t FloatToHalf(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = (bits >> 16) & 0x8000u;
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) {  // NaN: quiet, with the payload's top bits
    return static_cast<uint16_t>(sign | 0x7E00u | ((magnitude >> 13) & 0x1FFu));
  }
  // 65520, half way between the largest half and the next power of two, and up.
  if (magnitude >= 0x477FF000u) return static_cast<uint16_t>(sign | 0x7C00u);
  if (magnitude >= 0x38800000u) {  // 2^-14: a normal half
    // Moves the exponent's bias from 127 to 15 and rounds; a carry out of the
    // mantissa rightly goes into the exponent.
    const uint32_t odd = (magnitude >> 13) & 1;
    const uint32_t rounded = magnitude - ((127u - 15u) << 23) + 0xFFFu + odd;
    return static_cast<uint16_t>(sign | (rounded >> 13));
  }
  if (magnitude <= 0x33000000u) return static_cast<uint16_t>(sign);  // 2^-25
  // A subnormal half counts steps of 2^-24.
  const uint32_t shift = 126u - (magnitude >> 23);
  const uint32_t mantissa = (magnitude & 0x7FFFFFu) | 0x800000u;
  const uint32_t odd = (mantissa >> shift) & 1;
  const uint32_t rounded = mantissa + (1u << (shift - 1)) - 1 + odd;
  return static_cast<uint16_t>(sign | (rounded >> shift));
}

float HalfToFloat(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 0x1Fu;
  uint32_t mantissa = half & 0x3FFu;
  if (exponent == 0x1F) {  // infinity, or NaN, made quiet
    const uint32_t quiet = mantissa != 0 ? 0x400000u : 0u;
    return std::bit_cast<float>(sign | 0x7F800000u | quiet | (mantissa << 13));
  }
  if (exponent != 0) {
    return std::bit_cast<float>(sign | ((exponent + 127 - 15) << 23) |
                                (mantissa << 13));
  }
  if (mantissa == 0) return std::bit_cast<float>(sign);
  // mantissa * 2^-24, whose leading one becomes the implicit bit.
  const uint32_t top = 31u - static_cast<uint32_t>(std::countl_zero(mantissa));
  mantissa = (mantissa << (23 - top)) & 0x7FFFFFu;
  return std::bit_cast<float>(sign | ((top + 127 - 24) << 23) | mantissa);
}

uint16_t FloatToBfloat16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t quiet = (bits >> 16) | 0x40u;
  const uint32_t rounded = (bits + 0x7FFFu + ((bits >> 16) & 1)) >> 16;
  const bool is_nan = (bits & 0x7FFFFFFFu) > 0x7F800000u;
  return static_cast<uint16_t>(is_nan ? quiet : rounded);
}

float Bfloat16ToFloat(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

void WidenToFloat(DType dtype, const void* from, int64_t count, float* to) {
  if (count <= 0) return;
  switch (dtype) {
    case DType::kF32:
      std::memcpy(to, from, static_cast<size_t>(count) * sizeof(float));
      return;
    case DType::kF16: {
      int64_t i = HostCpu().f16c ? WidenHalfsF16c(from, count, to) : 0;
      for (; i < count; ++i) to[i] = HalfToFloat(Load<uint16_t>(from, i));
      return;
    }
    case DType::kBF16:
      for (int64_t i = 0; i < count; ++i) {
        to[i] = Bfloat16ToFloat(Load<uint16_t>(from, i));
      }
      return;
  }
}

void NarrowFromFloat(const float* from, int64_t count, DType dtype, void* to) {
  if (count <= 0) return;
  switch (dtype) {
    case DType::kF32:
      std::memcpy(to, from, static_cast<size_t>(count) * sizeof(float));
      return;
    case DType::kF16: {
      int64_t i = HostCpu().f16c ? NarrowHalfsF16c(from, count, to) : 0;
      for (; i < count; ++i) Store(FloatToHalf(from[i]), to, i);
      return;
    }
    case DType::kBF16:
      for (int64_t i = 0; i < count; ++i) {
        Store(FloatToBfloat16(from[i]), to, i);
      }
      return;
  }
}

}  // namespace alexnet
