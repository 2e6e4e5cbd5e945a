#include "core/backend/cuda/kernels/lrn.h"
#include "core/backend/cuda/kernels/lrn_map.h"
#include "core/backend/cuda/kernels/lrn_region.h"
#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

constexpr int kHalo =
    kHalfVector;  // neighbours that a thread loads on either side
// The largest windows that the halo reaches: forward needs the window's half,
// backward twice that.
constexpr int64_t kMostForward = 2 * kHalo + 1;
constexpr int64_t kMostBackward = kHalo + 1;

// Where eight channels of a row and kHalo on either side lie.
struct Neighbours {
  int64_t before;
  int64_t at;
  int64_t after;
};

// Eight channels and kHalo on either side; zero beyond the group's edges, of
// which the eight never hang over.
template <typename T>
__device__ __forceinline__ void LoadWithHalo(const T* from,
                                             const Neighbours& places,
                                             bool first, bool last, float* to) {
  if (first) {
    for (int i = 0; i < kHalo; ++i) to[i] = 0.0f;
  } else {
    LoadSome<kHalo>(from, places.before, to);
  }
  LoadSome<kVector>(from, places.at, to + kHalo);
  if (last) {
    for (int i = 0; i < kHalo; ++i) to[kHalo + kVector + i] = 0.0f;
  } else {
    LoadSome<kHalo>(from, places.after, to + kHalo + kVector);
  }
}

// Channel vectors, in the order in which the source has them, and the windows
// over them.
struct Vectors {
  FastDivider group;  // vectors of a group
  uint32_t count = 0;
  TowerRows rows;
  TowerMap src;
  TowerMap dst;
  int32_t before = 0;  // of the window
  int32_t after = 0;
  LrnNumbers numbers;
};

// Where a thread's vector lies, and whether it is its group's first or last.
struct Place {
  bool first;
  bool last;
  Neighbours src;
  Neighbours dst;
};

__device__ __forceinline__ Neighbours NeighboursIn(const TowerMap& map,
                                                   int64_t row,
                                                   uint32_t channel, bool first,
                                                   bool last) {
  return {first ? 0 : map.At(row, channel - kHalo), map.At(row, channel),
          last ? 0 : map.At(row, channel + kVector)};
}

// `kFlat`: source and output lie alike, and groups lie together, so that places
// need no look at towers.
template <bool kFlat>
__device__ __forceinline__ Place PlaceOf(const Vectors& vectors, uint32_t i) {
  if constexpr (kFlat) {
    uint32_t in_group = i;
    vectors.group.Split(&in_group);
    const int64_t at = int64_t{i} * kVector;
    const Neighbours places = {at - kHalo, at, at + kVector};
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

// What the family's layers have in common, so that it can be known when
// kernels are compiled: the `kUsual` ones take a third of the instructions.
constexpr int kUsualHalf = 2;

template <bool kUsual>
__device__ __forceinline__ LrnPowers PowersOfSum(const Vectors& vectors,
                                                 float sum) {
  const float base = vectors.numbers.k + vectors.numbers.a * sum;
  if constexpr (kUsual) return PowersOfThreeQuarters(base);
  return PowersOf(base, vectors.numbers.beta);
}

// Whole windows are summed: sums that are carried on would lose what cancels.
template <typename T, bool kUsual, bool kFlat>
__global__ void ForwardVectors(Vectors vectors, const T* src, T* dst) {
  const uint32_t i = ThreadNumber();
  if (i >= vectors.count) return;
  const Place place = PlaceOf<kFlat>(vectors, i);
  float x[kVector + 2 * kHalo];
  LoadWithHalo(src, place.src, place.first, place.last, x);
  const int before = kUsual ? kUsualHalf : vectors.before;
  const int after = kUsual ? kUsualHalf : vectors.after;
  float y[kVector];
#pragma unroll
  for (int c = 0; c < kVector; ++c) {
    float sum = 0.0f;
#pragma unroll
    for (int d = -kHalo; d <= kHalo; ++d) {
      const float value = x[kHalo + c + d];
      if (d >= -before && d <= after) sum += value * value;
    }
    y[c] = x[kHalo + c] * PowersOfSum<kUsual>(vectors, sum).beta;
  }
  StoreSome<kVector>(y, place.dst.at, dst);
}

// dx_j = g_j s_j^-beta - 2 a beta x_j sum over i whose window holds j of
// g_i x_i s_i^(-beta - 1), i from j - after to j + before. before + after is at
// most kHalo.
template <typename T, bool kUsual, bool kFlat, bool kRectified>
__global__ void BackwardVectors(Vectors vectors, const T* src,
                                const T* dst_gradient, T* src_gradient) {
  const uint32_t n = ThreadNumber();
  if (n >= vectors.count) return;
  const Place place = PlaceOf<kFlat>(vectors, n);
  constexpr int kWide = kVector + 2 * kHalo;
  float x[kWide];
  float g[kWide];
  LoadWithHalo(src, place.src, place.first, place.last, x);
  LoadWithHalo(dst_gradient, place.dst, place.first, place.last, g);
  const int before = kUsual ? kUsualHalf : vectors.before;
  const int after = kUsual ? kUsualHalf : vectors.after;
  // What each channel adds to its window's gradients. Its own window is whole
  // within the halo wherever it is needed.
  float shared[kWide];
  float own[kVector];
#pragma unroll
  for (int i = 0; i < kWide; ++i) {
    shared[i] = 0.0f;
    if (i < kHalo - after || i >= kHalo + kVector + before) continue;
    float sum = 0.0f;
#pragma unroll
    for (int d = -kHalo; d <= kHalo; ++d) {
      if (i + d < 0 || i + d >= kWide) continue;
      const float value = x[i + d];
      if (d >= -before && d <= after) sum += value * value;
    }
    const LrnPowers powers = PowersOfSum<kUsual>(vectors, sum);
    shared[i] = g[i] * x[i] * powers.beta_plus_one;
    if (i >= kHalo && i < kHalo + kVector) {
      own[i - kHalo] = g[i] * powers.beta;
    }
  }
  const float factor = 2.0f * vectors.numbers.a * vectors.numbers.beta;
  float dx[kVector];
#pragma unroll
  for (int c = 0; c < kVector; ++c) {
    float sum = 0.0f;
#pragma unroll
    for (int d = -kHalo; d <= kHalo; ++d) {
      if (d >= -after && d <= before) sum += shared[kHalo + c + d];
    }
    const float value = x[kHalo + c];
    dx[c] = own[c] - factor * value * sum;
    if (kRectified && value <= 0.0f) dx[c] = 0.0f;
  }
  StoreSome<kVector>(dx, place.src.at, src_gradient);
}

bool SuitsVectors(const Lrn& layer, const LrnShape& shape, int64_t most) {
  return layer.region == LrnRegion::kAcrossChannels && layer.size <= most &&
         shape.channels / layer.groups % kVector == 0 &&
         shape.InVectors(kVector);
}

bool IsFlat(const Lrn& layer, const LrnShape& shape) {
  return shape.src_towers == shape.dst_towers &&
         layer.groups % shape.src_towers == 0;
}

bool IsUsual(const Lrn& layer) {
  return layer.size == 2 * kUsualHalf + 1 && layer.beta == 0.75f;
}

Vectors VectorsOf(const Lrn& layer, const LrnShape& shape) {
  Vectors vectors;
  vectors.src = shape.src();
  vectors.rows = TowerRows(vectors.src, kVector);
  vectors.dst = shape.dst();
  vectors.group = FastDivider(
      static_cast<uint32_t>(shape.channels / layer.groups / kVector));
  vectors.count = static_cast<uint32_t>(shape.elements() / kVector);
  vectors.before = static_cast<int32_t>((layer.size - 1) / 2);
  vectors.after = static_cast<int32_t>(layer.size / 2);
  vectors.numbers = NumbersOf(layer);
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
  if (!SuitsVectors(layer, shape, kMostForward)) {
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
  return SuitsLrnMap(layer, shape) || SuitsVectors(layer, shape, kMostBackward)
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
  if (!SuitsVectors(layer, shape, kMostBackward)) {
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
