// Loads and stores of several elements at a time. For .cu files.

#ifndef ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_PACKED_H_
#define ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_PACKED_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/primitives/number.h"
#include "core/backend/cuda/runtime/namespace.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

__device__ __forceinline__ void UnpackBf16(uint32_t pair, float* to) {
  to[0] = FromBits(pair << 16);
  to[1] = FromBits(pair & 0xffff0000u);
}

// kCount elements, 1, 4 or 8, as they lie in memory: loaded, and unpacked where
// they are needed.
template <typename T, int kCount>
struct Packed {
  T value;
  __device__ __forceinline__ void Unpack(float* to) const {
    to[0] = ToFloat(value);
  }
};
template <>
struct Packed<Bf16, kVector> {
  uint4 words;
  __device__ __forceinline__ void Unpack(float* to) const {
    UnpackBf16(words.x, to);
    UnpackBf16(words.y, to + 2);
    UnpackBf16(words.z, to + 4);
    UnpackBf16(words.w, to + 6);
  }
};
template <>
struct Packed<Bf16, kHalfVector> {
  uint2 words;
  __device__ __forceinline__ void Unpack(float* to) const {
    UnpackBf16(words.x, to);
    UnpackBf16(words.y, to + 2);
  }
};
template <>
struct Packed<float, kHalfVector> {
  float4 four;
  __device__ __forceinline__ void Unpack(float* to) const {
    to[0] = four.x, to[1] = four.y, to[2] = four.z, to[3] = four.w;
  }
};
template <>
struct Packed<float, kVector> {
  Packed<float, kHalfVector> low;
  Packed<float, kHalfVector> high;
  __device__ __forceinline__ void Unpack(float* to) const {
    low.Unpack(to);
    high.Unpack(to + kHalfVector);
  }
};

// From an address that is a multiple of their size.
template <int kCount, typename T>
__device__ __forceinline__ Packed<T, kCount> LoadPacked(const T* from) {
  return *reinterpret_cast<const Packed<T, kCount>*>(from);
}

// As LoadPacked, of what the kernel reads once: it is not kept in the
// first-level cache. Not through the read-only path, which is not for what the
// same kernel writes, as an update does its weights.
template <int kCount, typename T>
__device__ __forceinline__ Packed<T, kCount> LoadPackedOnce(const T* from) {
#ifdef __CUDA_ARCH__
  constexpr int kWords = static_cast<int>(sizeof(Packed<T, kCount>) / 4);
  if constexpr (kWords < 2) {
    return LoadPacked<kCount>(from);
  } else {
    union Loaded {
      uint32_t words[kWords];
      Packed<T, kCount> packed;
      __device__ Loaded() {}
    } loaded;
    uint32_t* const w = loaded.words;
    const auto at = __cvta_generic_to_global(from);
    if constexpr (kWords == 2) {
      asm volatile("ld.global.L1::no_allocate.v2.b32 {%0, %1}, [%2];"
                   : "=r"(w[0]), "=r"(w[1])
                   : "l"(at));
    } else {
#pragma unroll
      for (int i = 0; i < kWords; i += 4) {
        asm volatile("ld.global.L1::no_allocate.v4.b32 {%0, %1, %2, %3}, [%4];"
                     : "=r"(w[i]), "=r"(w[i + 1]), "=r"(w[i + 2]),
                       "=r"(w[i + 3])
                     : "l"(at + 4 * i));
      }
    }
    return loaded.packed;
  }
#else
  return LoadPacked<kCount>(from);
#endif
}

__device__ __forceinline__ uint32_t PackBf16(float low, float high) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  uint32_t pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
#else
  return static_cast<uint32_t>(FromFloat<Bf16>(low).bits) |
         static_cast<uint32_t>(FromFloat<Bf16>(high).bits) << 16;
#endif
}

// As one store to global memory: what is assigned, the compiler may part into
// stores of a word each.
__device__ __forceinline__ void StoreWords(uint4 words, void* to) {
#ifdef __CUDA_ARCH__
  asm volatile("st.global.v4.b32 [%0], {%1, %2, %3, %4};" ::"l"(
                   __cvta_generic_to_global(to)),
               "r"(words.x), "r"(words.y), "r"(words.z), "r"(words.w)
               : "memory");
#else
  *static_cast<uint4*>(to) = words;
#endif
}
__device__ __forceinline__ void StoreWords(uint2 words, void* to) {
#ifdef __CUDA_ARCH__
  asm volatile(
      "st.global.v2.b32 [%0], {%1, %2};" ::"l"(__cvta_generic_to_global(to)),
      "r"(words.x), "r"(words.y)
      : "memory");
#else
  *static_cast<uint2*>(to) = words;
#endif
}

// The other way, kCount elements.
template <int kCount>
__device__ __forceinline__ void StorePacked(const float* from, float* to) {
  if constexpr (kCount == 1) {
    *to = *from;
  } else {
#pragma unroll
    for (int i = 0; i < kCount; i += 4) {
      StoreWords(uint4{ToBits(from[i]), ToBits(from[i + 1]),
                       ToBits(from[i + 2]), ToBits(from[i + 3])},
                 to + i);
    }
  }
}
template <int kCount>
__device__ __forceinline__ void StorePacked(const float* from, Bf16* to) {
  if constexpr (kCount == 1) {
    *to = FromFloat<Bf16>(*from);
  } else if constexpr (kCount == kHalfVector) {
    StoreWords(uint2{PackBf16(from[0], from[1]), PackBf16(from[2], from[3])},
               to);
  } else {
    StoreWords(uint4{PackBf16(from[0], from[1]), PackBf16(from[2], from[3]),
                     PackBf16(from[4], from[5]), PackBf16(from[6], from[7])},
               to);
  }
}

// `kCount` elements at `index`.
template <int kCount, typename T>
__device__ __forceinline__ void LoadSome(const T* from, int64_t index,
                                         float* to) {
  LoadPacked<kCount>(from + index).Unpack(to);
}
template <int kCount, typename T>
__device__ __forceinline__ void LoadSomeOnce(const T* from, int64_t index,
                                             float* to) {
  LoadPackedOnce<kCount>(from + index).Unpack(to);
}
template <int kCount, typename T>
__device__ __forceinline__ void StoreSome(const float* from, int64_t index,
                                          T* to) {
  StorePacked<kCount>(from, to + index);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_PACKED_H_
