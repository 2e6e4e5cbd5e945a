#include "core/backend/cuda/kernels/fast_divider.h"
#include "core/backend/cuda/kernels/launch.h"
#include "core/backend/cuda/kernels/lrn_region.h"

namespace alexnet::cuda {
namespace {

// A thread takes kCount channels of a pixel: eight where windows lie within
// maps and extents allow, else one.
struct Region {
  LrnNumbers numbers;
  bool across = true;
  int32_t before = 0;  // of the window
  int32_t after = 0;
  int32_t tower = 1;  // its channels
  int32_t channels = 1;
  int32_t height = 1;
  int32_t width = 1;
  FastDivider channel_groups;
  FastDivider column;
  FastDivider row;
  uint32_t count = 0;  // of threads
};

struct Place {
  int32_t c;
  int32_t x;
  int32_t y;
  int64_t sample;
};

template <int kCount>
__device__ __forceinline__ Place PlaceOf(const Region& region, uint32_t i) {
  uint32_t c = i;
  uint32_t x = region.channel_groups.Split(&c);
  uint32_t y = region.column.Split(&x);
  const uint32_t sample = region.row.Split(&y);
  return {static_cast<int32_t>(c) * kCount, static_cast<int32_t>(x),
          static_cast<int32_t>(y), sample};
}

// Calls visit(index of the first element) for the window that reaches from
// `before` before to `after` after. Windows across channels are visited one
// channel at a time.
template <int kCount, typename Visit>
__device__ __forceinline__ void VisitWindow(const Region& region,
                                            const Place& at, int32_t before,
                                            int32_t after, const Visit& visit) {
  const int64_t row = at.sample * region.height + at.y;
  if constexpr (kCount == 1) {
    if (region.across) {
      const int64_t pixel = (row * region.width + at.x) * region.channels;
      const int32_t first = at.c / region.tower * region.tower;
      const int32_t from = max(at.c - before, first);
      const int32_t to = min(at.c + after, first + region.tower - 1);
      for (int32_t c = from; c <= to; ++c) visit(pixel + c);
      return;
    }
  }
  const int32_t left = max(at.x - before, 0);
  const int32_t right = min(at.x + after, region.width - 1);
  const int32_t up = max(-before, -at.y);
  const int32_t down = min(after, region.height - 1 - at.y);
  for (int32_t dy = up; dy <= down; ++dy) {
    int64_t index = ((row + dy) * region.width + left) * region.channels + at.c;
    for (int32_t x = left; x <= right; ++x, index += region.channels) {
      visit(index);
    }
  }
}

template <int kCount, typename T>
__device__ __forceinline__ void PowersAt(const Region& region, uint32_t i,
                                         const T* src, LrnPowers* powers) {
  float sum[kCount] = {};
  VisitWindow<kCount>(region, PlaceOf<kCount>(region, i), region.before,
                      region.after, [&](int64_t index) {
                        float x[kCount];
                        LoadSome<kCount>(src, index, x);
#pragma unroll
                        for (int c = 0; c < kCount; ++c) sum[c] += x[c] * x[c];
                      });
#pragma unroll
  for (int c = 0; c < kCount; ++c) {
    powers[c] = PowersOf(region.numbers.k + region.numbers.a * sum[c],
                         region.numbers.beta);
  }
}

template <int kCount, typename T>
__global__ void ForwardRegion(Region region, const T* src, T* dst) {
  const uint32_t i = ThreadNumber();
  if (i >= region.count) return;
  LrnPowers powers[kCount];
  PowersAt<kCount>(region, i, src, powers);
  float x[kCount];
  LoadSome<kCount>(src, int64_t{i} * kCount, x);
#pragma unroll
  for (int c = 0; c < kCount; ++c) x[c] *= powers[c].beta;
  StoreSome<kCount>(x, int64_t{i} * kCount, dst);
}

// The gradient in two passes, so that windows within windows are not summed
// anew for each element. The first leaves each element's own part in
// `src_gradient` and what it adds to its window's gradients in `terms`.
template <int kCount, typename T>
__global__ void OwnAndTerms(Region region, const T* src, const T* dst_gradient,
                            T* src_gradient, T* terms) {
  const uint32_t i = ThreadNumber();
  if (i >= region.count) return;
  LrnPowers powers[kCount];
  PowersAt<kCount>(region, i, src, powers);
  const int64_t at = int64_t{i} * kCount;
  float x[kCount];
  float g[kCount];
  LoadSome<kCount>(src, at, x);
  LoadSome<kCount>(dst_gradient, at, g);
  float own[kCount];
  float term[kCount];
#pragma unroll
  for (int c = 0; c < kCount; ++c) {
    own[c] = g[c] * powers[c].beta;
    term[c] = g[c] * x[c] * powers[c].beta_plus_one;
  }
  StoreSome<kCount>(own, at, src_gradient);
  StoreSome<kCount>(term, at, terms);
}

// The second takes the windows that hold the element.
template <int kCount, bool kRectified, typename T>
__global__ void SubtractTerms(Region region, const T* src, const T* terms,
                              T* src_gradient) {
  const uint32_t i = ThreadNumber();
  if (i >= region.count) return;
  float sum[kCount] = {};
  VisitWindow<kCount>(region, PlaceOf<kCount>(region, i), region.after,
                      region.before, [&](int64_t index) {
                        float term[kCount];
                        LoadSome<kCount>(terms, index, term);
#pragma unroll
                        for (int c = 0; c < kCount; ++c) sum[c] += term[c];
                      });
  const int64_t at = int64_t{i} * kCount;
  const float factor = 2.0f * region.numbers.a * region.numbers.beta;
  float x[kCount];
  float dx[kCount];
  LoadSome<kCount>(src, at, x);
  LoadSome<kCount>(src_gradient, at, dx);
#pragma unroll
  for (int c = 0; c < kCount; ++c) {
    dx[c] -= factor * x[c] * sum[c];
    if (kRectified && !(x[c] > 0.0f)) dx[c] = 0.0f;
  }
  StoreSome<kCount>(dx, at, src_gradient);
}

Region RegionOf(const Lrn& layer, const LrnShape& shape, int count) {
  Region region;
  region.numbers = NumbersOf(layer);
  region.across = layer.region == LrnRegion::kAcrossChannels;
  region.before = static_cast<int32_t>((layer.size - 1) / 2);
  region.after = static_cast<int32_t>(layer.size / 2);
  region.tower = static_cast<int32_t>(shape.channels / layer.groups);
  region.channels = shape.channels;
  region.height = shape.height;
  region.width = shape.width;
  region.channel_groups =
      FastDivider(static_cast<uint32_t>(shape.channels / count));
  region.column = FastDivider(static_cast<uint32_t>(shape.width));
  region.row = FastDivider(static_cast<uint32_t>(shape.height));
  region.count = static_cast<uint32_t>(shape.elements() / count);
  return region;
}

// Calls function(T{}, std::integral_constant of the channels of a thread).
template <typename Function>
Status WithVariant(const Lrn& layer, const LrnShape& shape, DType dtype,
                   const Function& function) {
  const bool vectors = layer.region == LrnRegion::kWithinChannel &&
                       shape.channels % kVector == 0;
  return WithType(dtype, [&](auto type) {
    return vectors ? function(type, std::integral_constant<int, kVector>())
                   : function(type, std::integral_constant<int, 1>());
  });
}

}  // namespace

Status LrnRegionForward(cudaStream_t stream, const Lrn& layer,
                        const LrnShape& shape, DType dtype, const void* src,
                        void* dst) {
  return WithVariant(layer, shape, dtype, [&](auto type, auto count) {
    using T = decltype(type);
    constexpr int kCount = decltype(count)::value;
    const Region region = RegionOf(layer, shape, kCount);
    return LaunchEach(stream, "LRN forward", region.count,
                      ForwardRegion<kCount, T>, region,
                      static_cast<const T*>(src), static_cast<T*>(dst));
  });
}

Status LrnRegionBackward(cudaStream_t stream, const Lrn& layer,
                         const LrnShape& shape, DType dtype, bool rectified,
                         const void* src, const void* dst_gradient,
                         void* src_gradient, void* scratch) {
  return WithVariant(layer, shape, dtype, [&](auto type, auto count) -> Status {
    using T = decltype(type);
    constexpr int kCount = decltype(count)::value;
    const Region region = RegionOf(layer, shape, kCount);
    const T* x = static_cast<const T*>(src);
    T* dx = static_cast<T*>(src_gradient);
    T* terms = static_cast<T*>(scratch);
    const char* what = "LRN backward";
    ALEXNET_RETURN_IF_ERROR(
        LaunchEach(stream, what, region.count, OwnAndTerms<kCount, T>, region,
                   x, static_cast<const T*>(dst_gradient), dx, terms));
    auto* kernel = rectified ? SubtractTerms<kCount, true, T>
                             : SubtractTerms<kCount, false, T>;
    return LaunchEach(stream, what, region.count, kernel, region, x,
                      static_cast<const T*>(terms), dx);
  });
}

}  // namespace alexnet::cuda
