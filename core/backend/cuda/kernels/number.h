// Element types on the device, and loads and stores of eight at a time.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_NUMBER_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_NUMBER_H_

#include <cuda_runtime.h>

#include <cstdint>
#include <cstring>

#include "core/base/host_device.h"

namespace alexnet::cuda {

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

// How many elements a thread takes where extents allow.
inline constexpr int kVector = 8;

// kVector or kVector / 2 elements from an address that is a multiple of their
// size.
__device__ __forceinline__ void Load8(const float* from, float* to) {
  const float4 low = reinterpret_cast<const float4*>(from)[0];
  const float4 high = reinterpret_cast<const float4*>(from)[1];
  to[0] = low.x, to[1] = low.y, to[2] = low.z, to[3] = low.w;
  to[4] = high.x, to[5] = high.y, to[6] = high.z, to[7] = high.w;
}
__device__ __forceinline__ void Load4(const float* from, float* to) {
  const float4 four = *reinterpret_cast<const float4*>(from);
  to[0] = four.x, to[1] = four.y, to[2] = four.z, to[3] = four.w;
}
__device__ __forceinline__ void UnpackBf16(uint32_t pair, float* to) {
  to[0] = FromBits(pair << 16);
  to[1] = FromBits(pair & 0xffff0000u);
}
__device__ __forceinline__ void Load8(const Bf16* from, float* to) {
  const uint4 raw = *reinterpret_cast<const uint4*>(from);
  UnpackBf16(raw.x, to);
  UnpackBf16(raw.y, to + 2);
  UnpackBf16(raw.z, to + 4);
  UnpackBf16(raw.w, to + 6);
}
__device__ __forceinline__ void Load4(const Bf16* from, float* to) {
  const uint2 raw = *reinterpret_cast<const uint2*>(from);
  UnpackBf16(raw.x, to);
  UnpackBf16(raw.y, to + 2);
}
__device__ __forceinline__ void Store8(const float* from, float* to) {
  reinterpret_cast<float4*>(to)[0] = {from[0], from[1], from[2], from[3]};
  reinterpret_cast<float4*>(to)[1] = {from[4], from[5], from[6], from[7]};
}
__device__ __forceinline__ uint32_t PackBf16(float low, float high) {
  return static_cast<uint32_t>(FromFloat<Bf16>(low).bits) |
         static_cast<uint32_t>(FromFloat<Bf16>(high).bits) << 16;
}
__device__ __forceinline__ void Store8(const float* from, Bf16* to) {
  *reinterpret_cast<uint4*>(to) = {
      PackBf16(from[0], from[1]), PackBf16(from[2], from[3]),
      PackBf16(from[4], from[5]), PackBf16(from[6], from[7])};
}

// `kCount` elements, 1 or 8, at `index`.
template <int kCount, typename T>
__device__ __forceinline__ void LoadSome(const T* from, int64_t index,
                                         float* to) {
  if constexpr (kCount == kVector) {
    Load8(from + index, to);
  } else {
    to[0] = ToFloat(from[index]);
  }
}
template <int kCount, typename T>
__device__ __forceinline__ void StoreSome(const float* from, int64_t index,
                                          T* to) {
  if constexpr (kCount == kVector) {
    Store8(from, to + index);
  } else {
    to[index] = FromFloat<T>(from[0]);
  }
}

}  // namespace alexnet::cuda

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_NUMBER_H_
