#include "core/backend/cuda/kernels/overlapped_pooling.h"
#include "core/backend/cuda/kernels/pool_sites.h"
#include "core/backend/cuda/kernels/thread_sums.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// What lies outside, so that the same work is done everywhere: it is above
// nothing.
template <typename T, int kCount>
__device__ __forceinline__ Packed<T, kCount> Nothing() {
  constexpr uint32_t kMinusInfinity =
      sizeof(T) == sizeof(float) ? 0xff800000u : 0xff80ff80u;
  Packed<T, kCount> packed;
  uint32_t words[sizeof(packed) / 4 + 1];
  for (uint32_t& word : words) word = kMinusInfinity;
  std::memcpy(&packed, words, sizeof(packed));
  return packed;
}

// All loads are under way before the first is needed.

template <typename T, int kCount>
__global__ void Forward(PoolShape shape, SiteFinder finder, bool rectified,
                        const T* src, T* dst, uint8_t* winners) {
  BeginEarly();
  const uint32_t i = ThreadNumber();
  if (i >= finder.threads()) return;
  const Site site = finder.Find(i, kCount);
  const int32_t channels = shape.src_channels;
  const int32_t top = site.y * kOverlappedStep - shape.y.pad_before;
  const int32_t left = site.x * kOverlappedStep - shape.x.pad_before;
  const T* corner = src + IndexOf(channels, finder.InRead(site), shape.y.extent,
                                  shape.x.extent, top, left);
  const int32_t row = shape.x.extent * channels;
  Packed<T, kCount> taps[kOverlappedSide][kOverlappedSide];
  bool inside[kOverlappedSide][kOverlappedSide];
#pragma unroll
  for (int ky = 0; ky < kOverlappedSide; ++ky) {
#pragma unroll
    for (int kx = 0; kx < kOverlappedSide; ++kx) {
      inside[ky][kx] =
          Inside(top + ky, shape.y.extent) && Inside(left + kx, shape.x.extent);
      taps[ky][kx] = Nothing<T, kCount>();
      if (inside[ky][kx]) {
        taps[ky][kx] = LoadPacked<kCount>(corner + ky * row + kx * channels);
      }
    }
  }
  Maximum<kCount> maximum;
  bool first = true;
#pragma unroll
  for (int ky = 0; ky < kOverlappedSide; ++ky) {
#pragma unroll
    for (int kx = 0; kx < kOverlappedSide; ++kx) {
      float value[kCount];
      taps[ky][kx].Unpack(value);
      maximum.Take(value, ky * kOverlappedSide + kx, first && inside[ky][kx]);
      first = first && !inside[ky][kx];
    }
  }
  maximum.Store(int64_t{i} * kCount, rectified, dst, winners);
}

// A thread takes the two by two inputs over which lie the same four windows,
// each of which is so read once for four. What it writes is added to `sums`.
template <typename T, int kCount>
__device__ __forceinline__ void BackwardPatch(
    const PoolShape& shape, const SiteFinder& patches, uint32_t i,
    const uint8_t* winners, const T* dst_gradient, T* src_gradient,
    float (&sums)[kCount]) {
  const Site patch = patches.Find(i, kCount);
  const int32_t channels = shape.dst_channels;
  const int64_t corner =
      IndexOf(channels, patches.InRead(patch), shape.y.outputs, shape.x.outputs,
              patch.y - 1, patch.x - 1);
  const int32_t row = shape.x.outputs * channels;
  Winners<kCount> won[2][2];
  Packed<T, kCount> gradients[2][2];
#pragma unroll
  for (int wy = 0; wy < 2; ++wy) {
#pragma unroll
    for (int wx = 0; wx < 2; ++wx) {
      gradients[wy][wx] = {};
      if (Inside(patch.y - 1 + wy, shape.y.outputs) &&
          Inside(patch.x - 1 + wx, shape.x.outputs)) {
        const int64_t out = corner + wy * row + wx * channels;
        won[wy][wx].Load(winners + out);
        gradients[wy][wx] = LoadPacked<kCount>(dst_gradient + out);
      }
    }
  }
#pragma unroll
  for (int dy = 0; dy < 2; ++dy) {
#pragma unroll
    for (int dx = 0; dx < 2; ++dx) {
      float sum[kCount] = {};
#pragma unroll
      for (int wy = 0; wy < 2; ++wy) {
#pragma unroll
        for (int wx = 0; wx < 2; ++wx) {
          const int ky = dy + kOverlappedStep * (1 - wy);
          const int kx = dx + kOverlappedStep * (1 - wx);
          if (ky >= kOverlappedSide || kx >= kOverlappedSide) continue;
          float gradient[kCount];
          gradients[wy][wx].Unpack(gradient);
          AddWon(won[wy][wx], gradient, ky * kOverlappedSide + kx, sum);
        }
      }
      const int32_t y = kOverlappedStep * patch.y + dy - shape.y.pad_before;
      const int32_t x = kOverlappedStep * patch.x + dx - shape.x.pad_before;
      if (Inside(y, shape.y.extent) && Inside(x, shape.x.extent)) {
        StoreSome<kCount>(sum,
                          IndexOf(shape.src_channels, patch, shape.y.extent,
                                  shape.x.extent, y, x),
                          src_gradient);
#pragma unroll
        for (int k = 0; k < kCount; ++k) sums[k] += sum[k];
      }
    }
  }
}

template <typename T, int kCount, bool kSums>
__global__ void Backward(ThreadShare share, float* partial, PoolShape shape,
                         SiteFinder patches, const uint8_t* winners,
                         const T* dst_gradient, T* src_gradient) {
  float sums[kCount] = {};
  ForMyPieces<kSums>(share, [&](uint32_t i) {
    BackwardPatch<T, kCount>(shape, patches, i, winners, dst_gradient,
                             src_gradient, sums);
  });
  if constexpr (kSums) StoreThreadSums(share, sums, partial);
}

template <typename T, int kCount>
Status RunForward(const KernelStream& stream, const PoolShape& shape,
                  bool rectified, const T* src, T* dst, uint8_t* winners) {
  const SiteFinder finder(shape, shape.dst_channels, shape.src_channels,
                          shape.y.outputs, shape.x.outputs, kCount);
  return LaunchEach(stream, "pooling forward", finder.threads(),
                    Forward<T, kCount>, shape, finder, rectified, src, dst,
                    winners);
}

template <typename T, int kCount>
Status RunBackward(cudaStream_t stream, const PoolShape& shape, DType dtype,
                   const uint8_t* winners, const T* dst_gradient,
                   T* src_gradient, const ChannelSums& sums) {
  const SiteFinder finder(shape, shape.src_channels, shape.dst_channels,
                          OverlappedPatches(shape.y),
                          OverlappedPatches(shape.x), kCount);
  ThreadShare share;
  share.towers = static_cast<uint32_t>(shape.channels / shape.src_channels);
  share.vectors = static_cast<uint32_t>(shape.src_channels / kCount);
  share.pieces = static_cast<uint32_t>(finder.threads() / share.towers);
  auto* summing = Backward<T, kCount, kCount == kVector>;
  return LaunchPieces(stream, "pooling backward", dtype, share, sums,
                      Backward<T, kCount, false>, summing, shape, finder,
                      winners, dst_gradient, src_gradient);
}

}  // namespace

bool IsOverlapped(const PoolShape& shape) {
  const auto is = [](const PoolAxis& axis) {
    return axis.kernel == kOverlappedSide && axis.stride == kOverlappedStep;
  };
  return shape.mode == PoolMode::kMax && is(shape.y) && is(shape.x);
}

Status OverlappedForward(const KernelStream& stream, const PoolShape& shape,
                         DType dtype, bool rectified, const void* src,
                         void* dst, uint8_t* winners) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const auto run =
        InVectors(shape) ? RunForward<T, kVector> : RunForward<T, 1>;
    return run(stream, shape, rectified, static_cast<const T*>(src),
               static_cast<T*>(dst), winners);
  });
}

Status OverlappedBackward(cudaStream_t stream, const PoolShape& shape,
                          DType dtype, const uint8_t* winners,
                          const void* dst_gradient, void* src_gradient,
                          const ChannelSums& sums) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const auto run =
        InVectors(shape) ? RunBackward<T, kVector> : RunBackward<T, 1>;
    return run(stream, shape, dtype, winners,
               static_cast<const T*>(dst_gradient),
               static_cast<T*>(src_gradient), sums);
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
