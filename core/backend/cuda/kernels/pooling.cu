#include "core/backend/cuda/kernels/fast_divider.h"
#include "core/backend/cuda/kernels/launch.h"
#include "core/backend/cuda/kernels/pooling.h"

namespace alexnet::cuda {
namespace {

// kCount bytes that lie together, 1 or 8.
template <int kCount>
__device__ __forceinline__ void LoadBytes(const uint8_t* from, uint8_t* to) {
  if constexpr (kCount == kVector) {
    const uint2 raw = *reinterpret_cast<const uint2*>(from);
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      to[i] = static_cast<uint8_t>(raw.x >> (8 * i));
      to[4 + i] = static_cast<uint8_t>(raw.y >> (8 * i));
    }
  } else {
    to[0] = from[0];
  }
}

template <int kCount>
__device__ __forceinline__ void StoreBytes(const uint8_t* from, uint8_t* to) {
  if constexpr (kCount == kVector) {
    uint2 raw = {0, 0};
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      raw.x |= static_cast<unsigned>(from[i]) << (8 * i);
      raw.y |= static_cast<unsigned>(from[4 + i]) << (8 * i);
    }
    *reinterpret_cast<uint2*>(to) = raw;
  } else {
    to[0] = from[0];
  }
}

// One thread's pixel and channels, in a blob of height x width pixels.
struct Site {
  uint32_t sample;
  int32_t y;
  int32_t x;
  int32_t c;
};

struct SiteFinder {
  FastDivider vectors;  // of a pixel
  FastDivider width;
  FastDivider height;
  uint32_t count = 0;

  SiteFinder(int64_t batch, int32_t channels, int32_t rows, int32_t columns,
             int vector)
      : vectors(static_cast<uint32_t>(channels / vector)),
        width(static_cast<uint32_t>(columns)),
        height(static_cast<uint32_t>(rows)),
        count(static_cast<uint32_t>(batch * rows * columns *
                                    (channels / vector))) {}

  __device__ Site Find(uint32_t i, int vector) const {
    uint32_t c = i;
    uint32_t x = vectors.Split(&c);
    uint32_t y = width.Split(&x);
    const uint32_t sample = height.Split(&y);
    return {sample, static_cast<int32_t>(y), static_cast<int32_t>(x),
            static_cast<int32_t>(c) * vector};
  }
};

__device__ __forceinline__ int64_t IndexOf(const PoolShape& shape,
                                           const Site& site, int32_t rows,
                                           int32_t columns, int32_t y,
                                           int32_t x) {
  return ((int64_t{site.sample} * rows + y) * columns + x) * shape.channels +
         site.c;
}

// The first of equal taps wins; a NaN wins only where it is the first tap.
template <typename T, int kCount>
__global__ void MaxForward(PoolShape shape, SiteFinder finder, const T* src,
                           T* dst, uint8_t* winners) {
  const uint32_t i = ThreadNumber();
  if (i >= finder.count) return;
  const Site site = finder.Find(i, kCount);
  const PoolRange ys = TapsOf(shape.mode, shape.y, site.y);
  const PoolRange xs = TapsOf(shape.mode, shape.x, site.x);
  const int32_t top = site.y * shape.y.stride - shape.y.pad_before;
  const int32_t left = site.x * shape.x.stride - shape.x.pad_before;
  float best[kCount] = {};
  uint8_t winner[kCount] = {};
  bool fresh = true;
  for (int32_t y = ys.first; y <= ys.last; ++y) {
    for (int32_t x = xs.first; x <= xs.last; ++x) {
      float value[kCount];
      LoadSome<kCount>(
          src, IndexOf(shape, site, shape.y.extent, shape.x.extent, y, x),
          value);
      const uint8_t tap =
          static_cast<uint8_t>((y - top) * shape.x.kernel + x - left);
#pragma unroll
      for (int c = 0; c < kCount; ++c) {
        if (fresh || value[c] > best[c]) {
          best[c] = value[c];
          winner[c] = tap;
        }
      }
      fresh = false;
    }
  }
  const int64_t out = int64_t{i} * kCount;
  StoreSome<kCount>(best, out, dst);
  if (winners != nullptr) StoreBytes<kCount>(winner, winners + out);
}

template <typename T, int kCount>
__global__ void AverageForward(PoolShape shape, SiteFinder finder, const T* src,
                               T* dst) {
  const uint32_t i = ThreadNumber();
  if (i >= finder.count) return;
  const Site site = finder.Find(i, kCount);
  const PoolRange ys = TapsOf(shape.mode, shape.y, site.y);
  const PoolRange xs = TapsOf(shape.mode, shape.x, site.x);
  float sum[kCount] = {};
  for (int32_t y = ys.first; y <= ys.last; ++y) {
    for (int32_t x = xs.first; x <= xs.last; ++x) {
      float value[kCount];
      LoadSome<kCount>(
          src, IndexOf(shape, site, shape.y.extent, shape.x.extent, y, x),
          value);
#pragma unroll
      for (int c = 0; c < kCount; ++c) sum[c] += value[c];
    }
  }
  const float divisor = static_cast<float>(CountOf(shape, shape.y, site.y) *
                                           CountOf(shape, shape.x, site.x));
#pragma unroll
  for (int c = 0; c < kCount; ++c) sum[c] /= divisor;
  StoreSome<kCount>(sum, int64_t{i} * kCount, dst);
}

// A thread an input: it gathers from the windows over it, so that nothing is
// added to memory and the order of sums is fixed.
template <typename T, int kCount, bool kRectified>
__global__ void MaxBackward(PoolShape shape, SiteFinder finder,
                            const uint8_t* winners, const T* dst,
                            const T* dst_gradient, T* src_gradient) {
  const uint32_t i = ThreadNumber();
  if (i >= finder.count) return;
  const Site site = finder.Find(i, kCount);
  const PoolRange ys = WindowsOver(shape.mode, shape.y, site.y);
  const PoolRange xs = WindowsOver(shape.mode, shape.x, site.x);
  float sum[kCount] = {};
  for (int32_t oy = ys.first; oy <= ys.last; ++oy) {
    for (int32_t ox = xs.first; ox <= xs.last; ++ox) {
      const int64_t out =
          IndexOf(shape, site, shape.y.outputs, shape.x.outputs, oy, ox);
      const int32_t ky = site.y + shape.y.pad_before - oy * shape.y.stride;
      const int32_t kx = site.x + shape.x.pad_before - ox * shape.x.stride;
      const uint8_t tap = static_cast<uint8_t>(ky * shape.x.kernel + kx);
      uint8_t winner[kCount];
      LoadBytes<kCount>(winners + out, winner);
      float gradient[kCount];
      LoadSome<kCount>(dst_gradient, out, gradient);
      float value[kCount];
      if constexpr (kRectified) LoadSome<kCount>(dst, out, value);
#pragma unroll
      for (int c = 0; c < kCount; ++c) {
        bool mine = winner[c] == tap;
        if constexpr (kRectified) mine = mine && value[c] > 0.0f;
        sum[c] += mine ? gradient[c] : 0.0f;
      }
    }
  }
  StoreSome<kCount>(sum, int64_t{i} * kCount, src_gradient);
}

template <typename T, int kCount>
__global__ void AverageBackward(PoolShape shape, SiteFinder finder,
                                const T* dst_gradient, T* src_gradient) {
  const uint32_t i = ThreadNumber();
  if (i >= finder.count) return;
  const Site site = finder.Find(i, kCount);
  const PoolRange ys = WindowsOver(shape.mode, shape.y, site.y);
  const PoolRange xs = WindowsOver(shape.mode, shape.x, site.x);
  float sum[kCount] = {};
  for (int32_t oy = ys.first; oy <= ys.last; ++oy) {
    for (int32_t ox = xs.first; ox <= xs.last; ++ox) {
      float gradient[kCount];
      LoadSome<kCount>(
          dst_gradient,
          IndexOf(shape, site, shape.y.outputs, shape.x.outputs, oy, ox),
          gradient);
      const float divisor = static_cast<float>(CountOf(shape, shape.y, oy) *
                                               CountOf(shape, shape.x, ox));
#pragma unroll
      for (int c = 0; c < kCount; ++c) sum[c] += gradient[c] / divisor;
    }
  }
  StoreSome<kCount>(sum, int64_t{i} * kCount, src_gradient);
}

template <typename T, int kCount>
Status Forward(cudaStream_t stream, const PoolShape& shape, const T* src,
               T* dst, uint8_t* winners) {
  const char* what = "pooling forward";
  const SiteFinder finder(shape.batch, shape.channels, shape.y.outputs,
                          shape.x.outputs, kCount);
  const int64_t count = shape.batch * shape.y.outputs * shape.x.outputs *
                        (shape.channels / kCount);
  if (shape.mode == PoolMode::kMax) {
    return LaunchEach(stream, what, count, MaxForward<T, kCount>, shape, finder,
                      src, dst, winners);
  }
  return LaunchEach(stream, what, count, AverageForward<T, kCount>, shape,
                    finder, src, dst);
}

template <typename T, int kCount>
Status Backward(cudaStream_t stream, const PoolShape& shape, bool rectified,
                const uint8_t* winners, const T* dst, const T* dst_gradient,
                T* src_gradient) {
  const char* what = "pooling backward";
  const SiteFinder finder(shape.batch, shape.channels, shape.y.extent,
                          shape.x.extent, kCount);
  const int64_t count =
      shape.batch * shape.y.extent * shape.x.extent * (shape.channels / kCount);
  if (shape.mode == PoolMode::kMax) {
    auto* kernel = rectified ? MaxBackward<T, kCount, true>
                             : MaxBackward<T, kCount, false>;
    return LaunchEach(stream, what, count, kernel, shape, finder, winners, dst,
                      dst_gradient, src_gradient);
  }
  return LaunchEach(stream, what, count, AverageBackward<T, kCount>, shape,
                    finder, dst_gradient, src_gradient);
}

}  // namespace

Status PoolForward(cudaStream_t stream, const PoolShape& shape, DType dtype,
                   const void* src, void* dst, uint8_t* winners) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const auto run =
        shape.channels % kVector == 0 ? Forward<T, kVector> : Forward<T, 1>;
    return run(stream, shape, static_cast<const T*>(src), static_cast<T*>(dst),
               winners);
  });
}

Status PoolBackward(cudaStream_t stream, const PoolShape& shape, DType dtype,
                    bool rectified, const uint8_t* winners, const void* dst,
                    const void* dst_gradient, void* src_gradient) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const auto run =
        shape.channels % kVector == 0 ? Backward<T, kVector> : Backward<T, 1>;
    return run(stream, shape, rectified, winners, static_cast<const T*>(dst),
               static_cast<const T*>(dst_gradient),
               static_cast<T*>(src_gradient));
  });
}

}  // namespace alexnet::cuda
