#include "core/backend/cuda/kernels/lrn.h"
#include "core/backend/cuda/kernels/lrn_map.h"
#include "core/backend/cuda/kernels/lrn_region.h"
#include "core/backend/cuda/kernels/lrn_vectors.h"
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
  const uint32_t i = ThreadNumber();
  if (i >= vectors.count) return;
  const Place place = PlaceOf<kFlat>(vectors, i);
  float x[kLrnWide];
  LoadWithHalo(src, place.src, place.first, place.last, x);
  float y[kVector];
  Normalize<kUsual>(vectors.window, x, y);
  StoreSome<kVector>(y, place.dst.at, dst);
}

template <typename T, bool kUsual, bool kFlat, bool kRectified>
__global__ void BackwardVectors(Vectors vectors, const T* src,
                                const T* dst_gradient, T* src_gradient) {
  const uint32_t i = ThreadNumber();
  if (i >= vectors.count) return;
  const Place place = PlaceOf<kFlat>(vectors, i);
  float x[kLrnWide];
  float g[kLrnWide];
  LoadWithHalo(src, place.src, place.first, place.last, x);
  LoadWithHalo(dst_gradient, place.dst, place.first, place.last, g);
  float dx[kVector];
  NormalizeGradient<kUsual, kRectified>(vectors.window, x, g, dx);
  StoreSome<kVector>(dx, place.src.at, src_gradient);
}

bool IsFlat(const Lrn& layer, const LrnShape& shape) {
  return shape.src_towers == shape.dst_towers &&
         layer.groups % shape.src_towers == 0;
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

Status LrnForward(cudaStream_t stream, const Lrn& layer, const LrnShape& shape,
                  DType dtype, const void* src, void* dst) {
  if (SuitsLrnMap(layer, shape)) {
    return LrnMapForward(stream, layer, shape, dtype, src, dst);
  }
  if (!SuitsLrnVectors(layer, shape, kMostLrnForward)) {
    return LrnRegionForward(stream, layer, shape, dtype, src, dst);
  }
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    void (*const kernels[2][2])(Vectors, const T*, T*) = {
        {ForwardVectors<T, false, false>, ForwardVectors<T, false, true>},
        {ForwardVectors<T, true, false>, ForwardVectors<T, true, true>}};
    return LaunchEach(stream, "LRN forward", shape.elements() / kVector,
                      kernels[IsUsual(layer)][IsFlat(layer, shape)],
                      VectorsOf(layer, shape), static_cast<const T*>(src),
                      static_cast<T*>(dst));
  });
}

int64_t LrnBackwardScratch(const Lrn& layer, const LrnShape& shape,
                           DType dtype) {
  return SuitsLrnMap(layer, shape) ||
                 SuitsLrnVectors(layer, shape, kMostLrnBackward)
             ? 0
             : shape.elements() * DTypeSize(dtype);
}

Status LrnBackward(cudaStream_t stream, const Lrn& layer, const LrnShape& shape,
                   DType dtype, bool rectified, const void* src,
                   const void* dst_gradient, void* src_gradient,
                   void* scratch) {
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
    void (*const kernels[2][2][2])(Vectors, const T*, const T*, T*) = {
        {{BackwardVectors<T, false, false, false>,
          BackwardVectors<T, false, false, true>},
         {BackwardVectors<T, false, true, false>,
          BackwardVectors<T, false, true, true>}},
        {{BackwardVectors<T, true, false, false>,
          BackwardVectors<T, true, false, true>},
         {BackwardVectors<T, true, true, false>,
          BackwardVectors<T, true, true, true>}}};
    return LaunchEach(stream, "LRN backward", shape.elements() / kVector,
                      kernels[IsUsual(layer)][IsFlat(layer, shape)][rectified],
                      VectorsOf(layer, shape), static_cast<const T*>(src),
                      static_cast<const T*>(dst_gradient),
                      static_cast<T*>(src_gradient));
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
