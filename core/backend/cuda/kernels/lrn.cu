#include <type_traits>

#include "core/backend/cuda/kernels/lrn.h"
#include "core/backend/cuda/kernels/lrn_map.h"
#include "core/backend/cuda/kernels/lrn_region.h"
#include "core/backend/cuda/kernels/lrn_vectors.h"
#include "core/backend/cuda/kernels/thread_sums.h"
#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// Channel vectors, in the order in which the source has them, and the windows
// over them.
struct Vectors {
  FastDivider group;  // vectors of a group
  uint32_t count = 0;
  TowerRows rows;
  TowerMap src;
  TowerMap dst;
  LrnWindow window;
};

// Where a thread's vector lies, and whether it is its group's first or last.
struct Place {
  bool first;
  bool last;
  Neighbours src;
  Neighbours dst;
};

// `kFlat`: source and output lie alike, and groups lie together, so that places
// need no look at towers.
template <bool kFlat>
__device__ __forceinline__ Place PlaceOf(const Vectors& vectors, uint32_t i) {
  if constexpr (kFlat) {
    uint32_t in_group = i;
    vectors.group.Split(&in_group);
    const int64_t at = int64_t{i} * kVector;
    const Neighbours places = {at - kLrnHalo, at, at + kVector};
    return {in_group == 0, in_group + 1 == vectors.group.divisor(), places,
            places};
  } else {
    const TowerRows::Place found = vectors.rows.Find(i, kVector);
    uint32_t in_group = found.channel / kVector;
    vectors.group.Split(&in_group);
    const bool first = in_group == 0;
    const bool last = in_group + 1 == vectors.group.divisor();
    return {first, last,
            NeighboursIn(vectors.src, found.row, found.channel, first, last),
            NeighboursIn(vectors.dst, found.row, found.channel, first, last)};
  }
}

template <typename T, bool kUsual, bool kFlat>
__global__ void ForwardVectors(Vectors vectors, const T* src, T* dst) {
  BeginEarly();
  const uint32_t i = ThreadNumber();
  if (i >= vectors.count) return;
  const Place place = PlaceOf<kFlat>(vectors, i);
  float x[kLrnWide];
  LoadWithHalo(src, place.src, place.first, place.last, x);
  float y[kVector];
  Normalize<kUsual>(vectors.window, x, y);
  StoreSome<kVector>(y, place.dst.at, dst);
}

template <typename T, bool kUsual, bool kFlat, bool kRectified, bool kSums>
__global__ void BackwardVectors(ThreadShare share, float* partial,
                                Vectors vectors, const T* src,
                                const T* dst_gradient, T* src_gradient) {
  float sums[kVector] = {};
  ForMyPieces<kSums>(share, [&](uint32_t i) {
    const Place place = PlaceOf<kFlat>(vectors, i);
    float x[kLrnWide];
    float g[kLrnWide];
    LoadWithHalo(src, place.src, place.first, place.last, x);
    LoadWithHalo(dst_gradient, place.dst, place.first, place.last, g);
    float dx[kVector];
    NormalizeGradient<kUsual, kRectified>(vectors.window, x, g, dx);
    StoreSome<kVector>(dx, place.src.at, src_gradient);
#pragma unroll
    for (int k = 0; k < kVector; ++k) sums[k] += dx[k];
  });
  if constexpr (kSums) StoreThreadSums(share, sums, partial);
}

bool IsFlat(const Lrn& layer, const LrnShape& shape) {
  return shape.src_towers == shape.dst_towers &&
         layer.groups % shape.src_towers == 0;
}

// Calls `launch(usual, flat)` with kernels' kUsual and kFlat as types. Those
// that are not usual, whose code is three times as long, have no flat ones.
template <typename Function>
Status WithUsualAndFlat(const Lrn& layer, const LrnShape& shape,
                        Function launch) {
  if (!IsUsual(layer)) return launch(std::false_type(), std::false_type());
  return WithBool(IsFlat(layer, shape),
                  [&](auto flat) { return launch(std::true_type(), flat); });
}

Vectors VectorsOf(const Lrn& layer, const LrnShape& shape) {
  Vectors vectors;
  vectors.src = shape.src();
  vectors.rows = TowerRows(vectors.src, kVector);
  vectors.dst = shape.dst();
  vectors.group = FastDivider(
      static_cast<uint32_t>(shape.channels / layer.groups / kVector));
  vectors.count = static_cast<uint32_t>(shape.elements() / kVector);
  vectors.window = LrnWindowOf(layer);
  return vectors;
}

}  // namespace

LrnNumbers NumbersOf(const Lrn& layer) {
  const int64_t taps = layer.region == LrnRegion::kAcrossChannels
                           ? layer.size
                           : layer.size * layer.size;
  LrnNumbers numbers;
  numbers.k = layer.k;
  numbers.a =
      layer.divide_alpha ? layer.alpha / static_cast<float>(taps) : layer.alpha;
  numbers.beta = layer.beta;
  return numbers;
}

Status LrnForward(const KernelStream& stream, const Lrn& layer,
                  const LrnShape& shape, DType dtype, const void* src,
                  void* dst) {
  if (SuitsLrnMap(layer, shape)) {
    return LrnMapForward(stream, layer, shape, dtype, src, dst);
  }
  if (!SuitsLrnVectors(layer, shape, kMostLrnForward)) {
    return LrnRegionForward(stream, layer, shape, dtype, src, dst);
  }
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const auto launch = [&](auto usual, auto flat) {
      constexpr bool kUsual = decltype(usual)::value;
      constexpr bool kFlat = decltype(flat)::value;
      return LaunchEach(stream, "LRN forward", shape.elements() / kVector,
                        ForwardVectors<T, kUsual, kFlat>,
                        VectorsOf(layer, shape), static_cast<const T*>(src),
                        static_cast<T*>(dst));
    };
    return WithUsualAndFlat(layer, shape, launch);
  });
}

int64_t LrnBackwardScratch(const Lrn& layer, const LrnShape& shape,
                           DType dtype) {
  return SuitsLrnMap(layer, shape) ||
                 SuitsLrnVectors(layer, shape, kMostLrnBackward)
             ? 0
             : shape.elements() * DTypeSize(dtype);
}

bool SumsLrn(const Lrn& layer, const LrnShape& shape) {
  return !SuitsLrnMap(layer, shape) &&
         SuitsLrnVectors(layer, shape, kMostLrnBackward) &&
         CanSumChannels(shape.channels / shape.src_towers);
}

Status LrnBackward(cudaStream_t stream, const Lrn& layer, const LrnShape& shape,
                   DType dtype, bool rectified, const void* src,
                   const void* dst_gradient, void* src_gradient, void* scratch,
                   const ChannelSums& sums) {
  if (SuitsLrnMap(layer, shape)) {
    return LrnMapBackward(stream, layer, shape, dtype, rectified, src,
                          dst_gradient, src_gradient);
  }
  if (!SuitsLrnVectors(layer, shape, kMostLrnBackward)) {
    return LrnRegionBackward(stream, layer, shape, dtype, rectified, src,
                             dst_gradient, src_gradient, scratch);
  }
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    ThreadShare share;
    share.towers = static_cast<uint32_t>(shape.src_towers);
    share.vectors =
        static_cast<uint32_t>(shape.src().tower_channels() / kVector);
    share.pieces =
        static_cast<uint32_t>(shape.elements() / kVector / shape.src_towers);
    const auto launch = [&](auto usual, auto flat, auto mask) {
      constexpr bool kUsual = decltype(usual)::value;
      constexpr bool kFlat = decltype(flat)::value;
      constexpr bool kMask = decltype(mask)::value;
      return LaunchPieces(stream, "LRN backward", dtype, share, sums,
                          BackwardVectors<T, kUsual, kFlat, kMask, false>,
                          BackwardVectors<T, kUsual, kFlat, kMask, true>,
                          VectorsOf(layer, shape), static_cast<const T*>(src),
                          static_cast<const T*>(dst_gradient),
                          static_cast<T*>(src_gradient));
    };
    return WithBool(rectified, [&](auto mask) {
      return WithUsualAndFlat(layer, shape, [&](auto usual, auto flat) {
        return launch(usual, flat, mask);
      });
    });
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
