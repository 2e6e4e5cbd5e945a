// What the pooling kernels share: a thread's place, its maximum, its winners.
// For .cu files.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_POOL_SITES_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_POOL_SITES_H_

#include <cstdint>

#include "core/backend/cuda/kernels/pooling.h"
#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/primitives/packed.h"
#include "core/backend/cuda/runtime/namespace.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// kCount winners that lie together, 1 or 8; nobody's at first.
template <int kCount>
struct Winners {
  uint8_t byte = kNoWinner;
  __device__ __forceinline__ void Load(const uint8_t* from) { byte = *from; }
  __device__ __forceinline__ uint32_t operator[](int) const { return byte; }
};
template <>
struct Winners<kVector> {
  uint2 words = {0x01010101u * kNoWinner, 0x01010101u * kNoWinner};
  __device__ __forceinline__ void Load(const uint8_t* from) {
    words = *reinterpret_cast<const uint2*>(from);
  }
  __device__ __forceinline__ uint32_t operator[](int i) const {
    return (i < 4 ? words.x >> (8 * i) : words.y >> (8 * (i - 4))) & 0xffu;
  }
};

template <int kCount>
__device__ __forceinline__ void StoreBytes(const uint32_t* from, uint8_t* to) {
  if constexpr (kCount == kVector) {
    uint2 raw = {0, 0};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      raw.x |= from[i] << (8 * i);
      raw.y |= from[4 + i] << (8 * i);
    }
    *reinterpret_cast<uint2*>(to) = raw;
  } else {
    to[0] = static_cast<uint8_t>(from[0]);
  }
}

__device__ __forceinline__ bool Inside(int32_t at, int32_t extent) {
  return static_cast<uint32_t>(at) < static_cast<uint32_t>(extent);
}

// One thread's pixel and channels, in a blob of height x width pixels.
struct Site {
  uint32_t sample;  // of a tower, counted through all towers
  int32_t y;
  int32_t x;
  int32_t c;  // of the tower
};

// Finds the sites of what a kernel writes, in the order in which it lies in
// memory, and those of the same samples and channels in what it reads.
class SiteFinder {
 public:
  // `written` and `read`: channels of a tower. What is written has rows x
  // columns pixels.
  SiteFinder(const PoolShape& shape, int32_t written, int32_t read,
             int32_t rows, int32_t columns, int vector)
      : channels_(written),
        vectors_(static_cast<uint32_t>(channels_ / vector)),
        width_(static_cast<uint32_t>(columns)),
        height_(static_cast<uint32_t>(rows)),
        same_(written == read),
        batch_(static_cast<uint32_t>(shape.batch)),
        read_tower_(static_cast<uint32_t>(read)),
        threads_(shape.batch * rows * columns * (shape.channels / vector)) {}

  __device__ Site Find(uint32_t i, int vector) const {
    uint32_t c = i;
    uint32_t x = vectors_.Split(&c);
    uint32_t y = width_.Split(&x);
    const uint32_t sample = height_.Split(&y);
    return {sample, static_cast<int32_t>(y), static_cast<int32_t>(x),
            static_cast<int32_t>(c) * vector};
  }
  __device__ Site InRead(Site site) const {
    if (same_) return site;
    const uint32_t tower = batch_.Split(&site.sample);
    uint32_t c = tower * static_cast<uint32_t>(channels_) +
                 static_cast<uint32_t>(site.c);
    site.sample += read_tower_.Split(&c) * batch_.divisor();
    site.c = static_cast<int32_t>(c);
    return site;
  }
  ALEXNET_HOST_DEVICE int64_t threads() const { return threads_; }

 private:
  int32_t channels_;     // of a tower
  FastDivider vectors_;  // of its pixel
  FastDivider width_;
  FastDivider height_;
  bool same_;
  FastDivider batch_;
  FastDivider read_tower_;
  int64_t threads_;
};

// Of the site's channels at another pixel of a blob of rows x columns, whose
// towers have so many channels.
__device__ __forceinline__ int64_t IndexOf(int32_t channels, const Site& site,
                                           int32_t rows, int32_t columns,
                                           int32_t y, int32_t x) {
  return ((int64_t{site.sample} * rows + y) * columns + x) * channels + site.c;
}

// Whether a thread can take eight channels.
inline bool InVectors(const PoolShape& shape) {
  return shape.src_channels % kVector == 0 && shape.dst_channels % kVector == 0;
}

// The largest value of each of kCount channels and the tap that has it: the
// first of equal ones, the last NaN where there are any.
template <int kCount>
struct Maximum {
  float best[kCount] = {};
  uint32_t winner[kCount] = {};

  // `first`: whether no tap was taken before.
  __device__ __forceinline__ void Take(const float* value, int32_t tap,
                                       bool first) {
#pragma unroll
    for (int c = 0; c < kCount; ++c) {
      if (first || value[c] > best[c] || value[c] != value[c]) {
        best[c] = value[c];
        winner[c] = static_cast<uint32_t>(tap);
      }
    }
  }

  // The maximum of a row of taps, which are counted from `first_tap` on.
  __device__ __forceinline__ void TakeFrom(const Maximum& row,
                                           int32_t first_tap, bool first) {
#pragma unroll
    for (int c = 0; c < kCount; ++c) {
      const float value = row.best[c];
      if (first || value > best[c] || value != value) {
        best[c] = value;
        winner[c] = static_cast<uint32_t>(first_tap) + row.winner[c];
      }
    }
  }

  // `winners` may be null; `rectified` as for PoolForward.
  template <typename T>
  __device__ __forceinline__ void Store(int64_t out, bool rectified, T* dst,
                                        uint8_t* winners) {
    StoreSome<kCount>(best, out, dst);
    if (winners == nullptr) return;
    if (rectified) {
#pragma unroll
      for (int c = 0; c < kCount; ++c) {
        if (best[c] <= 0.0f) winner[c] = kNoWinner;
      }
    }
    StoreBytes<kCount>(winner, winners + out);
  }
};

// Adds the gradients of those that `tap` won.
template <int kCount>
__device__ __forceinline__ void AddWon(const Winners<kCount>& winners,
                                       const float* gradient, int32_t tap,
                                       float* sum) {
#pragma unroll
  for (int c = 0; c < kCount; ++c) {
    if (winners[c] == static_cast<uint32_t>(tap)) sum[c] += gradient[c];
  }
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_POOL_SITES_H_
