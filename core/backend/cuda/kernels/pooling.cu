#include "core/backend/cuda/kernels/overlapped_pooling.h"
#include "core/backend/cuda/kernels/pool_sites.h"
#include "core/backend/cuda/kernels/pooling.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

template <typename T, int kCount>
__global__ void MaxForward(PoolShape shape, SiteFinder finder, bool rectified,
                           const T* src, T* dst, uint8_t* winners) {
  BeginEarly();
  const uint32_t i = ThreadNumber();
  if (i >= finder.threads()) return;
  const Site site = finder.Find(i, kCount);
  const PoolRange ys = TapsOf(shape.mode, shape.y, site.y);
  const PoolRange xs = TapsOf(shape.mode, shape.x, site.x);
  const Site read = finder.InRead(site);
  const int32_t top = site.y * shape.y.stride - shape.y.pad_before;
  const int32_t left = site.x * shape.x.stride - shape.x.pad_before;
  Maximum<kCount> maximum;
  bool first = true;
  for (int32_t y = ys.first; y <= ys.last; ++y) {
    for (int32_t x = xs.first; x <= xs.last; ++x) {
      float value[kCount];
      LoadSome<kCount>(src,
                       IndexOf(shape.src_channels, read, shape.y.extent,
                               shape.x.extent, y, x),
                       value);
      maximum.Take(value, (y - top) * shape.x.kernel + x - left, first);
      first = false;
    }
  }
  maximum.Store(int64_t{i} * kCount, rectified, dst, winners);
}

template <typename T, int kCount>
__global__ void AverageForward(PoolShape shape, SiteFinder finder, const T* src,
                               T* dst) {
  BeginEarly();
  const uint32_t i = ThreadNumber();
  if (i >= finder.threads()) return;
  const Site site = finder.Find(i, kCount);
  const PoolRange ys = TapsOf(shape.mode, shape.y, site.y);
  const PoolRange xs = TapsOf(shape.mode, shape.x, site.x);
  const Site read = finder.InRead(site);
  float sum[kCount] = {};
  for (int32_t y = ys.first; y <= ys.last; ++y) {
    for (int32_t x = xs.first; x <= xs.last; ++x) {
      float value[kCount];
      LoadSome<kCount>(src,
                       IndexOf(shape.src_channels, read, shape.y.extent,
                               shape.x.extent, y, x),
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
template <typename T, int kCount>
__global__ void MaxBackward(PoolShape shape, SiteFinder finder,
                            const uint8_t* winners, const T* dst_gradient,
                            T* src_gradient) {
  const uint32_t i = ThreadNumber();
  if (i >= finder.threads()) return;
  const Site site = finder.Find(i, kCount);
  const PoolRange ys = WindowsOver(shape.mode, shape.y, site.y);
  const PoolRange xs = WindowsOver(shape.mode, shape.x, site.x);
  const Site read = finder.InRead(site);
  float sum[kCount] = {};
  for (int32_t oy = ys.first; oy <= ys.last; ++oy) {
    for (int32_t ox = xs.first; ox <= xs.last; ++ox) {
      const int64_t out = IndexOf(shape.dst_channels, read, shape.y.outputs,
                                  shape.x.outputs, oy, ox);
      const int32_t ky = site.y + shape.y.pad_before - oy * shape.y.stride;
      const int32_t kx = site.x + shape.x.pad_before - ox * shape.x.stride;
      Winners<kCount> won;
      won.Load(winners + out);
      float gradient[kCount];
      LoadSome<kCount>(dst_gradient, out, gradient);
      AddWon(won, gradient, ky * shape.x.kernel + kx, sum);
    }
  }
  StoreSome<kCount>(sum, int64_t{i} * kCount, src_gradient);
}

template <typename T, int kCount>
__global__ void AverageBackward(PoolShape shape, SiteFinder finder,
                                const T* dst_gradient, T* src_gradient) {
  const uint32_t i = ThreadNumber();
  if (i >= finder.threads()) return;
  const Site site = finder.Find(i, kCount);
  const PoolRange ys = WindowsOver(shape.mode, shape.y, site.y);
  const PoolRange xs = WindowsOver(shape.mode, shape.x, site.x);
  const Site read = finder.InRead(site);
  float sum[kCount] = {};
  for (int32_t oy = ys.first; oy <= ys.last; ++oy) {
    for (int32_t ox = xs.first; ox <= xs.last; ++ox) {
      float gradient[kCount];
      LoadSome<kCount>(dst_gradient,
                       IndexOf(shape.dst_channels, read, shape.y.outputs,
                               shape.x.outputs, oy, ox),
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
Status Forward(const KernelStream& stream, const PoolShape& shape,
               bool rectified, const T* src, T* dst, uint8_t* winners) {
  const char* what = "pooling forward";
  const SiteFinder finder(shape, shape.dst_channels, shape.src_channels,
                          shape.y.outputs, shape.x.outputs, kCount);
  if (shape.mode == PoolMode::kMax) {
    return LaunchEach(stream, what, finder.threads(), MaxForward<T, kCount>,
                      shape, finder, rectified, src, dst, winners);
  }
  return LaunchEach(stream, what, finder.threads(), AverageForward<T, kCount>,
                    shape, finder, src, dst);
}

template <typename T, int kCount>
Status Backward(cudaStream_t stream, const PoolShape& shape,
                const uint8_t* winners, const T* dst_gradient,
                T* src_gradient) {
  const char* what = "pooling backward";
  const SiteFinder finder(shape, shape.src_channels, shape.dst_channels,
                          shape.y.extent, shape.x.extent, kCount);
  if (shape.mode == PoolMode::kMax) {
    return LaunchEach(stream, what, finder.threads(), MaxBackward<T, kCount>,
                      shape, finder, winners, dst_gradient, src_gradient);
  }
  return LaunchEach(stream, what, finder.threads(), AverageBackward<T, kCount>,
                    shape, finder, dst_gradient, src_gradient);
}

}  // namespace

Status PoolForward(const KernelStream& stream, const PoolShape& shape,
                   DType dtype, bool rectified, const void* src, void* dst,
                   uint8_t* winners) {
  if (IsOverlapped(shape)) {
    return OverlappedForward(stream, shape, dtype, rectified, src, dst,
                             winners);
  }
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const auto run = InVectors(shape) ? Forward<T, kVector> : Forward<T, 1>;
    return run(stream, shape, rectified, static_cast<const T*>(src),
               static_cast<T*>(dst), winners);
  });
}

bool SumsPooling(const PoolShape& shape) {
  return IsOverlapped(shape) && InVectors(shape) &&
         CanSumChannels(shape.src_channels);
}

Status PoolBackward(cudaStream_t stream, const PoolShape& shape, DType dtype,
                    const uint8_t* winners, const void* dst_gradient,
                    void* src_gradient, const ChannelSums& sums) {
  if (IsOverlapped(shape)) {
    return OverlappedBackward(stream, shape, dtype, winners, dst_gradient,
                              src_gradient, sums);
  }
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const auto run = InVectors(shape) ? Backward<T, kVector> : Backward<T, 1>;
    return run(stream, shape, winners, static_cast<const T*>(dst_gradient),
               static_cast<T*>(src_gradient));
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
