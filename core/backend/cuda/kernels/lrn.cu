#include "core/backend/cuda/kernels/fast_divider.h"
#include "core/backend/cuda/kernels/launch.h"
#include "core/backend/cuda/kernels/lrn.h"

namespace alexnet::cuda {
namespace {

constexpr int kHalo = 4;  // neighbours that a thread loads on either side
// The largest windows that the halo reaches: forward needs the window's half,
// backward twice that.
constexpr int64_t kMostForward = 2 * kHalo + 1;
constexpr int64_t kMostBackward = kHalo + 1;

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

// Across channels, eight at a time.

// Eight channels from `index` and kHalo on either side; zero beyond the tower's
// edges, of which the eight never hang over.
template <typename T>
__device__ __forceinline__ void LoadWithHalo(const T* from, int64_t index,
                                             bool first, bool last, float* to) {
  if (first) {
    for (int i = 0; i < kHalo; ++i) to[i] = 0.0f;
  } else {
    Load4(from + index - kHalo, to);
  }
  Load8(from + index, to + kHalo);
  if (last) {
    for (int i = 0; i < kHalo; ++i) to[kHalo + kVector + i] = 0.0f;
  } else {
    Load4(from + index + kVector, to + kHalo + kVector);
  }
}

// Places of channel vectors: `vectors` of them in a tower.
struct Vectors {
  FastDivider tower;
  uint32_t count = 0;
  int32_t before = 0;  // of the window
  int32_t after = 0;
};

// before + after + 1 is at most kMostForward. Whole windows are summed: sums
// that are carried on would lose what cancels.
template <typename T, int kBefore, int kAfter>
__global__ void ForwardVectors(Vectors places, LrnNumbers numbers, const T* src,
                               T* dst) {
  const uint32_t i = ThreadNumber();
  if (i >= places.count) return;
  uint32_t place = i;
  places.tower.Split(&place);
  float x[kVector + 2 * kHalo];
  LoadWithHalo(src, int64_t{i} * kVector, place == 0,
               place + 1 == places.tower.divisor(), x);
  const int before = kBefore >= 0 ? kBefore : places.before;
  const int after = kAfter >= 0 ? kAfter : places.after;
  float y[kVector];
#pragma unroll
  for (int c = 0; c < kVector; ++c) {
    float sum = 0.0f;
#pragma unroll
    for (int d = -kHalo; d <= kHalo; ++d) {
      const float value = x[kHalo + c + d];
      if (d >= -before && d <= after) sum += value * value;
    }
    const LrnPowers powers =
        PowersOf(numbers.k + numbers.a * sum, numbers.beta);
    y[c] = x[kHalo + c] * powers.beta;
  }
  Store8(y, dst + int64_t{i} * kVector);
}

// dx_j = g_j s_j^-beta - 2 a beta x_j sum over i whose window holds j of
// g_i x_i s_i^(-beta - 1), i from j - after to j + before. before + after is at
// most kHalo.
template <typename T, int kBefore, int kAfter, bool kRectified>
__global__ void BackwardVectors(Vectors places, LrnNumbers numbers,
                                const T* src, const T* dst_gradient,
                                T* src_gradient) {
  const uint32_t n = ThreadNumber();
  if (n >= places.count) return;
  uint32_t place = n;
  places.tower.Split(&place);
  const bool first = place == 0;
  const bool last = place + 1 == places.tower.divisor();
  constexpr int kWide = kVector + 2 * kHalo;
  float x[kWide];
  float g[kWide];
  LoadWithHalo(src, int64_t{n} * kVector, first, last, x);
  LoadWithHalo(dst_gradient, int64_t{n} * kVector, first, last, g);
  const int before = kBefore >= 0 ? kBefore : places.before;
  const int after = kAfter >= 0 ? kAfter : places.after;
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
    const LrnPowers powers =
        PowersOf(numbers.k + numbers.a * sum, numbers.beta);
    shared[i] = g[i] * x[i] * powers.beta_plus_one;
    if (i >= kHalo && i < kHalo + kVector) {
      own[i - kHalo] = g[i] * powers.beta;
    }
  }
  const float factor = 2.0f * numbers.a * numbers.beta;
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
    if (kRectified && !(value > 0.0f)) dx[c] = 0.0f;
  }
  Store8(dx, src_gradient + int64_t{n} * kVector);
}

// Any region and size, one element a thread.

struct Region {
  LrnNumbers numbers;
  bool across = true;
  int32_t before = 0;
  int32_t after = 0;
  int32_t run = 1;  // channels of a tower
  int32_t channels = 1;
  int32_t height = 1;
  int32_t width = 1;
  FastDivider channel;
  FastDivider column;
  FastDivider row;
  uint32_t count = 0;
};

struct Place {
  int32_t c;
  int32_t x;
  int32_t y;
  uint32_t sample;
};

__device__ __forceinline__ Place PlaceOf(const Region& region, uint32_t i) {
  uint32_t c = i;
  uint32_t x = region.channel.Split(&c);
  uint32_t y = region.column.Split(&x);
  const uint32_t sample = region.row.Split(&y);
  return {static_cast<int32_t>(c), static_cast<int32_t>(x),
          static_cast<int32_t>(y), sample};
}

// Calls visit(element) for the window from `before` before to `after` after.
template <typename Visit>
__device__ __forceinline__ void VisitWindow(const Region& region,
                                            const Place& at, int32_t before,
                                            int32_t after, const Visit& visit) {
  const int64_t pixel =
      (int64_t{at.sample} * region.height + at.y) * region.width + at.x;
  if (region.across) {
    const int32_t first = at.c / region.run * region.run;
    const int32_t from = max(at.c - before, first);
    const int32_t to = min(at.c + after, first + region.run - 1);
    for (int32_t c = from; c <= to; ++c) {
      visit(pixel * region.channels + c, Place{c, at.x, at.y, at.sample});
    }
    return;
  }
  for (int32_t y = max(at.y - before, 0);
       y <= min(at.y + after, region.height - 1); ++y) {
    for (int32_t x = max(at.x - before, 0);
         x <= min(at.x + after, region.width - 1); ++x) {
      const int64_t other =
          (int64_t{at.sample} * region.height + y) * region.width + x;
      visit(other * region.channels + at.c, Place{at.c, x, y, at.sample});
    }
  }
}

template <typename T>
__device__ __forceinline__ LrnPowers PowersAt(const Region& region,
                                              const Place& at, const T* src) {
  float sum = 0.0f;
  VisitWindow(region, at, region.before, region.after,
              [&](int64_t i, const Place&) {
                const float value = ToFloat(src[i]);
                sum += value * value;
              });
  return PowersOf(region.numbers.k + region.numbers.a * sum,
                  region.numbers.beta);
}

template <typename T>
__global__ void ForwardRegion(Region region, const T* src, T* dst) {
  const uint32_t i = ThreadNumber();
  if (i >= region.count) return;
  const LrnPowers powers = PowersAt(region, PlaceOf(region, i), src);
  dst[i] = FromFloat<T>(ToFloat(src[i]) * powers.beta);
}

template <typename T, bool kRectified>
__global__ void BackwardRegion(Region region, const T* src,
                               const T* dst_gradient, T* src_gradient) {
  const uint32_t i = ThreadNumber();
  if (i >= region.count) return;
  const Place at = PlaceOf(region, i);
  float sum = 0.0f;
  VisitWindow(region, at, region.after, region.before,
              [&](int64_t other, const Place& place) {
                const LrnPowers powers = PowersAt(region, place, src);
                sum += ToFloat(dst_gradient[other]) * ToFloat(src[other]) *
                       powers.beta_plus_one;
              });
  const float x = ToFloat(src[i]);
  const float own = ToFloat(dst_gradient[i]) * PowersAt(region, at, src).beta;
  const float dx =
      own - 2.0f * region.numbers.a * region.numbers.beta * x * sum;
  src_gradient[i] = FromFloat<T>(kRectified && !(x > 0.0f) ? 0.0f : dx);
}

bool SuitsVectors(const Lrn& layer, const LrnShape& shape, int64_t most) {
  return layer.region == LrnRegion::kAcrossChannels && layer.size <= most &&
         shape.channels / layer.groups % kVector == 0;
}

int64_t Elements(const LrnShape& shape) {
  return shape.batch * shape.channels * shape.height * shape.width;
}

Vectors VectorsOf(const Lrn& layer, const LrnShape& shape) {
  Vectors vectors;
  vectors.tower = FastDivider(
      static_cast<uint32_t>(shape.channels / layer.groups / kVector));
  vectors.count = static_cast<uint32_t>(Elements(shape) / kVector);
  vectors.before = static_cast<int32_t>((layer.size - 1) / 2);
  vectors.after = static_cast<int32_t>(layer.size / 2);
  return vectors;
}

Region RegionOf(const Lrn& layer, const LrnShape& shape) {
  Region region;
  region.numbers = NumbersOf(layer);
  region.across = layer.region == LrnRegion::kAcrossChannels;
  region.before = static_cast<int32_t>((layer.size - 1) / 2);
  region.after = static_cast<int32_t>(layer.size / 2);
  region.run = static_cast<int32_t>(shape.channels / layer.groups);
  region.channels = shape.channels;
  region.height = shape.height;
  region.width = shape.width;
  region.channel = FastDivider(static_cast<uint32_t>(shape.channels));
  region.column = FastDivider(static_cast<uint32_t>(shape.width));
  region.row = FastDivider(static_cast<uint32_t>(shape.height));
  region.count = static_cast<uint32_t>(Elements(shape));
  return region;
}

template <typename T, bool kRectified>
Status Backward(cudaStream_t stream, const Lrn& layer, const LrnShape& shape,
                const T* src, const T* dst_gradient, T* src_gradient) {
  const char* what = "LRN backward";
  if (!SuitsVectors(layer, shape, kMostBackward)) {
    return LaunchEach(stream, what, Elements(shape),
                      BackwardRegion<T, kRectified>, RegionOf(layer, shape),
                      src, dst_gradient, src_gradient);
  }
  // The family's size of 5 is compiled with its window known.
  auto* kernel = layer.size == 5 ? BackwardVectors<T, 2, 2, kRectified>
                                 : BackwardVectors<T, -1, -1, kRectified>;
  return LaunchEach(stream, what, Elements(shape) / kVector, kernel,
                    VectorsOf(layer, shape), NumbersOf(layer), src,
                    dst_gradient, src_gradient);
}

}  // namespace

Status LrnForward(cudaStream_t stream, const Lrn& layer, const LrnShape& shape,
                  DType dtype, const void* src, void* dst) {
  const char* what = "LRN forward";
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const T* from = static_cast<const T*>(src);
    T* to = static_cast<T*>(dst);
    if (!SuitsVectors(layer, shape, kMostForward)) {
      return LaunchEach(stream, what, Elements(shape), ForwardRegion<T>,
                        RegionOf(layer, shape), from, to);
    }
    auto* kernel =
        layer.size == 5 ? ForwardVectors<T, 2, 2> : ForwardVectors<T, -1, -1>;
    return LaunchEach(stream, what, Elements(shape) / kVector, kernel,
                      VectorsOf(layer, shape), NumbersOf(layer), from, to);
  });
}

Status LrnBackward(cudaStream_t stream, const Lrn& layer, const LrnShape& shape,
                   DType dtype, bool rectified, const void* src,
                   const void* dst_gradient, void* src_gradient) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const auto run = rectified ? Backward<T, true> : Backward<T, false>;
    return run(stream, layer, shape, static_cast<const T*>(src),
               static_cast<const T*>(dst_gradient),
               static_cast<T*>(src_gradient));
  });
}

}  // namespace alexnet::cuda
