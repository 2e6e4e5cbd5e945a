// Element types on the device.

#ifndef ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_NUMBER_H_
#define ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_NUMBER_H_

#include <cuda_runtime.h>

#include <cstdint>
#include <cstring>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/host_device.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// bfloat16 by its bits. Arithmetic is in float.
struct Bf16 {
  uint16_t bits;
};

ALEXNET_HOST_DEVICE inline float FromBits(uint32_t bits) {
#ifdef __CUDA_ARCH__
  return __uint_as_float(bits);
#else
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
#endif
}

ALEXNET_HOST_DEVICE inline uint32_t ToBits(float value) {
#ifdef __CUDA_ARCH__
  return __float_as_uint(value);
#else
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
#endif
}

ALEXNET_HOST_DEVICE inline float ToFloat(float value) { return value; }
ALEXNET_HOST_DEVICE inline float ToFloat(Bf16 value) {
  return FromBits(static_cast<uint32_t>(value.bits) << 16);
}

// Rounds to nearest even; NaN stays NaN.
template <typename T>
ALEXNET_HOST_DEVICE T FromFloat(float value);
template <>
ALEXNET_HOST_DEVICE inline float FromFloat<float>(float value) {
  return value;
}
template <>
ALEXNET_HOST_DEVICE inline Bf16 FromFloat<Bf16>(float value) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  Bf16 narrow;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(narrow.bits) : "f"(value));
  return narrow;
#else
  const uint32_t bits = ToBits(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) {
    return {static_cast<uint16_t>((bits >> 16) | 0x40u)};
  }
  return {static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16)};
#endif
}

// How many elements a thread takes where extents allow. A warp's loads and
// stores of half as many float32 lie together, too.
inline constexpr int kVector = 8;
inline constexpr int kHalfVector = kVector / 2;

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_NUMBER_H_
