// Response normalization across channels, eight of them a thread: what the
// kernels of lrn.cu and lrn_pooling.cu share. For .cu files.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_VECTORS_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_VECTORS_H_

#include <cstdint>

#include "core/backend/cuda/kernels/lrn.h"
#include "core/backend/cuda/kernels/tower_map.h"
#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/primitives/packed.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/network/layer.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Neighbours that a thread loads on either side.
inline constexpr int kLrnHalo = kHalfVector;
inline constexpr int kLrnWide = kVector + 2 * kLrnHalo;
// The largest windows that the halo reaches: forward needs the window's half,
// backward twice that.
inline constexpr int64_t kMostLrnForward = 2 * kLrnHalo + 1;
inline constexpr int64_t kMostLrnBackward = kLrnHalo + 1;

// Where eight channels of a row and kLrnHalo on either side lie.
struct Neighbours {
  int64_t before;
  int64_t at;
  int64_t after;
};

// `first`, `last`: whether the eight begin or end their group.
__device__ __forceinline__ Neighbours NeighboursIn(const TowerMap& map,
                                                   int64_t row,
                                                   uint32_t channel, bool first,
                                                   bool last) {
  return {first ? 0 : map.At(row, channel - kLrnHalo), map.At(row, channel),
          last ? 0 : map.At(row, channel + kVector)};
}

// Eight channels and kLrnHalo on either side; zero beyond the group's edges, of
// which the eight never hang over.
template <typename T>
__device__ __forceinline__ void LoadWithHalo(const T* from,
                                             const Neighbours& places,
                                             bool first, bool last, float* to) {
  if (first) {
    for (int i = 0; i < kLrnHalo; ++i) to[i] = 0.0f;
  } else {
    LoadSome<kLrnHalo>(from, places.before, to);
  }
  LoadSome<kVector>(from, places.at, to + kLrnHalo);
  if (last) {
    for (int i = 0; i < kLrnHalo; ++i) to[kLrnHalo + kVector + i] = 0.0f;
  } else {
    LoadSome<kLrnHalo>(from, places.after, to + kLrnHalo + kVector);
  }
}

struct LrnWindow {
  int32_t before = 0;
  int32_t after = 0;
  LrnNumbers numbers;
};

inline LrnWindow LrnWindowOf(const Lrn& layer) {
  return {static_cast<int32_t>((layer.size - 1) / 2),
          static_cast<int32_t>(layer.size / 2), NumbersOf(layer)};
}

// What the family's layers have in common, so that it can be known when
// kernels are compiled: the `kUsual` ones take a third of the instructions.
inline constexpr int kUsualLrnHalf = 2;
inline bool IsUsual(const Lrn& layer) {
  return layer.size == 2 * kUsualLrnHalf + 1 && layer.beta == 0.75f;
}

template <bool kUsual>
__device__ __forceinline__ LrnPowers PowersOfSum(const LrnWindow& window,
                                                 float sum) {
  const float base = window.numbers.k + window.numbers.a * sum;
  if constexpr (kUsual) return PowersOfThreeQuarters(base);
  return PowersOf(base, window.numbers.beta);
}

// Of the middle eight of `x`. Whole windows are summed: sums that are carried
// on would lose what cancels.
template <bool kUsual>
__device__ __forceinline__ void Normalize(const LrnWindow& window,
                                          const float* x, float* y) {
  const int before = kUsual ? kUsualLrnHalf : window.before;
  const int after = kUsual ? kUsualLrnHalf : window.after;
#pragma unroll
  for (int c = 0; c < kVector; ++c) {
    float sum = 0.0f;
#pragma unroll
    for (int d = -kLrnHalo; d <= kLrnHalo; ++d) {
      const float value = x[kLrnHalo + c + d];
      if (d >= -before && d <= after) sum += value * value;
    }
    y[c] = x[kLrnHalo + c] * PowersOfSum<kUsual>(window, sum).beta;
  }
}

// dx_j = g_j s_j^-beta - 2 a beta x_j sum over i whose window holds j of
// g_i x_i s_i^(-beta - 1), i from j - after to j + before. before + after is at
// most kLrnHalo.
template <bool kUsual, bool kRectified>
__device__ __forceinline__ void NormalizeGradient(const LrnWindow& window,
                                                  const float* x,
                                                  const float* g, float* dx) {
  const int before = kUsual ? kUsualLrnHalf : window.before;
  const int after = kUsual ? kUsualLrnHalf : window.after;
  // What each channel adds to its window's gradients. Its own window is whole
  // within the halo wherever it is needed.
  float shared[kLrnWide];
  float own[kVector];
#pragma unroll
  for (int i = 0; i < kLrnWide; ++i) {
    shared[i] = 0.0f;
    if (i < kLrnHalo - after || i >= kLrnHalo + kVector + before) continue;
    float sum = 0.0f;
#pragma unroll
    for (int d = -kLrnHalo; d <= kLrnHalo; ++d) {
      if (i + d < 0 || i + d >= kLrnWide) continue;
      const float value = x[i + d];
      if (d >= -before && d <= after) sum += value * value;
    }
    const LrnPowers powers = PowersOfSum<kUsual>(window, sum);
    shared[i] = g[i] * x[i] * powers.beta_plus_one;
    if (i >= kLrnHalo && i < kLrnHalo + kVector) {
      own[i - kLrnHalo] = g[i] * powers.beta;
    }
  }
  const float factor = 2.0f * window.numbers.a * window.numbers.beta;
#pragma unroll
  for (int c = 0; c < kVector; ++c) {
    float sum = 0.0f;
#pragma unroll
    for (int d = -kLrnHalo; d <= kLrnHalo; ++d) {
      if (d >= -after && d <= before) sum += shared[kLrnHalo + c + d];
    }
    const float value = x[kLrnHalo + c];
    dx[c] = own[c] - factor * value * sum;
    if (kRectified && value <= 0.0f) dx[c] = 0.0f;
  }
}

// Whether a thread can take eight channels of the layer's blobs, with windows
// of at most `most`.
inline bool SuitsLrnVectors(const Lrn& layer, const LrnShape& shape,
                            int64_t most) {
  return layer.region == LrnRegion::kAcrossChannels && layer.size <= most &&
         shape.channels / layer.groups % kVector == 0 &&
         shape.InVectors(kVector);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_VECTORS_H_
