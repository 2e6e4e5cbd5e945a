#include "core/backend/cuda/kernels/lrn_pooling.h"
#include "core/backend/cuda/kernels/lrn_vectors.h"
#include "core/backend/cuda/kernels/overlapped_pooling.h"
#include "core/backend/cuda/kernels/pool_sites.h"
#include "core/backend/cuda/kernels/thread_sums.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// Outputs below each other of a thread, which share a row of inputs with the
// next.
constexpr int kStrip = 4;

struct Pooled {
  LrnWindow window;
  FastDivider group;  // vectors of a group
  TowerMap src;
  TowerMap dst;
  PoolAxis y;
  PoolAxis x;
};

// A thread's eight channels, through all towers, and where.
struct Place {
  uint32_t channel;
  bool first;  // of the group
  bool last;
  int64_t sample;
  int32_t y;
  int32_t x;
};

// Finds them in the order of the towers of what is written.
class PlaceFinder {
 public:
  PlaceFinder(const TowerMap& written, int64_t batch, int32_t rows,
              int32_t columns)
      : vectors_(static_cast<uint32_t>(written.tower_channels() / kVector)),
        columns_(static_cast<uint32_t>(columns)),
        rows_(static_cast<uint32_t>(rows)),
        batch_(static_cast<uint32_t>(batch)),
        threads_(batch * rows * columns * (written.channels() / kVector)) {}

  __device__ Place Find(uint32_t i, const FastDivider& group) const {
    uint32_t vector = i;
    uint32_t x = vectors_.Split(&vector);
    uint32_t y = columns_.Split(&x);
    uint32_t sample = rows_.Split(&y);
    vector += batch_.Split(&sample) * vectors_.divisor();
    uint32_t in_group = vector;
    group.Split(&in_group);
    return {vector * kVector,
            in_group == 0,
            in_group + 1 == group.divisor(),
            sample,
            static_cast<int32_t>(y),
            static_cast<int32_t>(x)};
  }
  ALEXNET_HOST_DEVICE int64_t threads() const { return threads_; }

 private:
  FastDivider vectors_;
  FastDivider columns_;
  FastDivider rows_;
  FastDivider batch_;
  int64_t threads_;
};

__device__ __forceinline__ Neighbours SourceAt(const Pooled& pooled,
                                               const Place& place, int32_t y,
                                               int32_t x) {
  const int64_t row =
      (place.sample * pooled.y.extent + y) * pooled.x.extent + x;
  return NeighboursIn(pooled.src, row, place.channel, place.first, place.last);
}
__device__ __forceinline__ int64_t OutputRow(const Pooled& pooled,
                                             const Place& place, int32_t y,
                                             int32_t x) {
  return (place.sample * pooled.y.outputs + y) * pooled.x.outputs + x;
}

// The maxima of a window's row, if any of it is inside.
struct RowMaximum {
  Maximum<kVector> maximum;
  bool any = false;
};

template <typename T>
__device__ __forceinline__ RowMaximum MaximumOfRow(const Pooled& pooled,
                                                   const Place& place,
                                                   const T* src, int32_t y) {
  RowMaximum row;
  if (!Inside(y, pooled.y.extent)) return row;
  const int32_t left = place.x * kOverlappedStep - pooled.x.pad_before;
#pragma unroll
  for (int kx = 0; kx < kOverlappedSide; ++kx) {
    if (!Inside(left + kx, pooled.x.extent)) continue;
    float x[kLrnWide];
    LoadWithHalo(src, SourceAt(pooled, place, y, left + kx), place.first,
                 place.last, x);
    float normalized[kVector];
    Normalize</*kUsual=*/true>(pooled.window, x, normalized);
    row.maximum.Take(normalized, kx, !row.any);
    row.any = true;
  }
  return row;
}

template <typename T>
__global__ void Forward(Pooled pooled, PlaceFinder finder, const T* src, T* dst,
                        uint8_t* winners) {
  BeginEarly();
  const uint32_t i = ThreadNumber();
  if (i >= finder.threads()) return;
  const Place place = finder.Find(i, pooled.group);
  const int32_t first = place.y * kStrip;
  const int32_t end = min(first + kStrip, pooled.y.outputs);
  const int32_t top = first * kOverlappedStep - pooled.y.pad_before;
  RowMaximum rows[kOverlappedSide];
  rows[2] = MaximumOfRow<T>(pooled, place, src, top);
  for (int32_t out = first; out < end; ++out) {
    const int32_t y = top + (out - first) * kOverlappedStep;
    rows[0] = rows[2];
    rows[1] = MaximumOfRow<T>(pooled, place, src, y + 1);
    rows[2] = MaximumOfRow<T>(pooled, place, src, y + 2);
    Maximum<kVector> maximum;
    bool none = true;
#pragma unroll
    for (int ky = 0; ky < kOverlappedSide; ++ky) {
      if (!rows[ky].any) continue;
      maximum.TakeFrom(rows[ky].maximum, ky * kOverlappedSide, none);
      none = false;
    }
    const int64_t at =
        pooled.dst.At(OutputRow(pooled, place, out, place.x), place.channel);
    maximum.Store(at, /*rectified=*/false, dst, winners);
  }
}

// A window's gradients and winners, with the halo's.
template <typename T>
struct Window {
  Packed<T, kLrnHalo> before = {};
  Packed<T, kVector> at = {};
  Packed<T, kLrnHalo> after = {};
  // Four bytes each; nobody's at first.
  uint32_t winners[kLrnWide / 4] = {~0u, ~0u, ~0u, ~0u};

  __device__ __forceinline__ void Load(const T* gradient, const uint8_t* won,
                                       const Neighbours& places, bool first,
                                       bool last) {
    const auto four = [won](int64_t from) {
      return *reinterpret_cast<const uint32_t*>(won + from);
    };
    if (!first) {
      before = LoadPacked<kLrnHalo>(gradient + places.before);
      winners[0] = four(places.before);
    }
    at = LoadPacked<kVector>(gradient + places.at);
    winners[1] = four(places.at);
    winners[2] = four(places.at + 4);
    if (!last) {
      after = LoadPacked<kLrnHalo>(gradient + places.after);
      winners[3] = four(places.after);
    }
  }

  // Adds the gradients of those that `tap` won.
  __device__ __forceinline__ void AddWonBy(uint32_t tap, float* sum) const {
    float gradient[kLrnWide];
    before.Unpack(gradient);
    at.Unpack(gradient + kLrnHalo);
    after.Unpack(gradient + kLrnHalo + kVector);
#pragma unroll
    for (int c = 0; c < kLrnWide; ++c) {
      const uint32_t winner = winners[c / 4] >> (8 * (c % 4)) & 0xffu;
      if (winner == tap) sum[c] += gradient[c];
    }
  }
};

// A thread takes the two by two inputs over which lie the same four windows.
// What it writes is added to `sums`.
template <typename T, bool kRectified>
__device__ __forceinline__ void BackwardPatch(
    const Pooled& pooled, const PlaceFinder& patches, uint32_t i, const T* src,
    const uint8_t* winners, const T* dst_gradient, T* src_gradient,
    float (&sums)[kVector]) {
  const Place patch = patches.Find(i, pooled.group);
  Window<T> windows[2][2];
#pragma unroll
  for (int wy = 0; wy < 2; ++wy) {
#pragma unroll
    for (int wx = 0; wx < 2; ++wx) {
      const int32_t y = patch.y - 1 + wy;
      const int32_t x = patch.x - 1 + wx;
      if (!Inside(y, pooled.y.outputs) || !Inside(x, pooled.x.outputs)) {
        continue;
      }
      const Neighbours places =
          NeighboursIn(pooled.dst, OutputRow(pooled, patch, y, x),
                       patch.channel, patch.first, patch.last);
      windows[wy][wx].Load(dst_gradient, winners, places, patch.first,
                           patch.last);
    }
  }
#pragma unroll
  for (int dy = 0; dy < 2; ++dy) {
#pragma unroll
    for (int dx = 0; dx < 2; ++dx) {
      const int32_t y = kOverlappedStep * patch.y + dy - pooled.y.pad_before;
      const int32_t x = kOverlappedStep * patch.x + dx - pooled.x.pad_before;
      if (!Inside(y, pooled.y.extent) || !Inside(x, pooled.x.extent)) continue;
      const Neighbours places = SourceAt(pooled, patch, y, x);
      float value[kLrnWide];
      LoadWithHalo(src, places, patch.first, patch.last, value);
      float gradient[kLrnWide] = {};
#pragma unroll
      for (int wy = 0; wy < 2; ++wy) {
#pragma unroll
        for (int wx = 0; wx < 2; ++wx) {
          const int ky = dy + kOverlappedStep * (1 - wy);
          const int kx = dx + kOverlappedStep * (1 - wx);
          if (ky >= kOverlappedSide || kx >= kOverlappedSide) continue;
          windows[wy][wx].AddWonBy(
              static_cast<uint32_t>(ky * kOverlappedSide + kx), gradient);
        }
      }
      float result[kVector];
      NormalizeGradient</*kUsual=*/true, kRectified>(pooled.window, value,
                                                     gradient, result);
      StoreSome<kVector>(result, places.at, src_gradient);
#pragma unroll
      for (int k = 0; k < kVector; ++k) sums[k] += result[k];
    }
  }
}

template <typename T, bool kRectified, bool kSums>
__global__ void Backward(ThreadShare share, float* partial, Pooled pooled,
                         PlaceFinder patches, const T* src,
                         const uint8_t* winners, const T* dst_gradient,
                         T* src_gradient) {
  float sums[kVector] = {};
  ForMyPieces<kSums>(share, [&](uint32_t i) {
    BackwardPatch<T, kRectified>(pooled, patches, i, src, winners, dst_gradient,
                                 src_gradient, sums);
  });
  if constexpr (kSums) StoreThreadSums(share, sums, partial);
}

TowerMap MapOf(const PoolShape& shape, int32_t height, int32_t width,
               int32_t tower_channels) {
  return {shape.batch * height * width, shape.channels,
          shape.channels / tower_channels};
}

Pooled PooledOf(const Lrn& layer, const PoolShape& shape) {
  Pooled pooled;
  pooled.window = LrnWindowOf(layer);
  pooled.group = FastDivider(
      static_cast<uint32_t>(shape.channels / layer.groups / kVector));
  pooled.src = MapOf(shape, shape.y.extent, shape.x.extent, shape.src_channels);
  pooled.dst =
      MapOf(shape, shape.y.outputs, shape.x.outputs, shape.dst_channels);
  pooled.y = shape.y;
  pooled.x = shape.x;
  return pooled;
}

}  // namespace

bool SuitsLrnPooling(const Lrn& layer, const PoolShape& shape) {
  return layer.region == LrnRegion::kAcrossChannels && IsUsual(layer) &&
         shape.channels / layer.groups % kVector == 0 && SumsPooling(shape);
}

Status LrnPoolForward(const KernelStream& stream, const Lrn& layer,
                      const PoolShape& shape, DType dtype, const void* src,
                      void* dst, uint8_t* winners) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const Pooled pooled = PooledOf(layer, shape);
    const PlaceFinder finder(pooled.dst, shape.batch,
                             (shape.y.outputs + kStrip - 1) / kStrip,
                             shape.x.outputs);
    return LaunchEach(stream, "LRN and pooling forward", finder.threads(),
                      Forward<T>, pooled, finder, static_cast<const T*>(src),
                      static_cast<T*>(dst), winners);
  });
}

Status LrnPoolBackward(cudaStream_t stream, const Lrn& layer,
                       const PoolShape& shape, DType dtype, bool rectified,
                       const void* src, const uint8_t* winners,
                       const void* dst_gradient, void* src_gradient,
                       const ChannelSums& sums) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const Pooled pooled = PooledOf(layer, shape);
    const PlaceFinder patches(pooled.src, shape.batch,
                              OverlappedPatches(shape.y),
                              OverlappedPatches(shape.x));
    ThreadShare share;
    share.towers = static_cast<uint32_t>(pooled.src.towers());
    share.vectors = static_cast<uint32_t>(shape.src_channels / kVector);
    share.pieces = static_cast<uint32_t>(patches.threads() / share.towers);
    return WithBool(rectified, [&](auto mask) {
      constexpr bool kMask = decltype(mask)::value;
      return LaunchPieces(
          stream, "LRN and pooling backward", dtype, share, sums,
          Backward<T, kMask, false>, Backward<T, kMask, true>, pooled, patches,
          static_cast<const T*>(src), winners,
          static_cast<const T*>(dst_gradient), static_cast<T*>(src_gradient));
    });
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
