#include "core/backend/cuda/kernels/lrn_region.h"
#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// A thread takes an element.
struct Region {
  LrnNumbers numbers;
  bool across = true;
  int32_t before = 0;  // of the window
  int32_t after = 0;
  int32_t group = 1;  // its channels
  int32_t height = 1;
  int32_t width = 1;
  FastDivider column;
  FastDivider row;
  TowerRows rows;  // of the source
  TowerMap src;
  TowerMap dst;
  uint32_t count = 0;  // of threads, one after another in the source
};

struct Place {
  int32_t c;
  int32_t x;
  int32_t y;
  int64_t row;  // pixel of all samples
};

__device__ __forceinline__ Place PlaceOf(const Region& region, uint32_t i) {
  const TowerRows::Place found = region.rows.Find(i, 1);
  uint32_t x = static_cast<uint32_t>(found.row);
  uint32_t y = region.column.Split(&x);
  region.row.Split(&y);
  return {static_cast<int32_t>(found.channel), static_cast<int32_t>(x),
          static_cast<int32_t>(y), found.row};
}

// Calls visit(index), in the source, for the window of the element at `at` that
// reaches from `before` before to `after` after.
template <typename Visit>
__device__ __forceinline__ void VisitWindow(const Region& region,
                                            const Place& at, int32_t before,
                                            int32_t after, const Visit& visit) {
  if (region.across) {
    const int32_t first = at.c / region.group * region.group;
    const int32_t from = max(at.c - before, first);
    const int32_t to = min(at.c + after, first + region.group - 1);
    for (int32_t c = from; c <= to; ++c) {
      visit(region.src.At(at.row, static_cast<uint32_t>(c)));
    }
    return;
  }
  const int32_t left = max(at.x - before, 0);
  const int32_t right = min(at.x + after, region.width - 1);
  const int32_t up = max(-before, -at.y);
  const int32_t down = min(after, region.height - 1 - at.y);
  const int32_t pitch = region.src.tower_channels();
  for (int32_t dy = up; dy <= down; ++dy) {
    int64_t index =
        region.src.At(at.row + int64_t{dy} * region.width + left - at.x,
                      static_cast<uint32_t>(at.c));
    for (int32_t x = left; x <= right; ++x, index += pitch) visit(index);
  }
}

template <typename T>
__device__ __forceinline__ LrnPowers PowersAt(const Region& region,
                                              const Place& at, const T* src) {
  float sum = 0.0f;
  VisitWindow(region, at, region.before, region.after, [&](int64_t index) {
    const float x = ToFloat(src[index]);
    sum += x * x;
  });
  return PowersOf(region.numbers.k + region.numbers.a * sum,
                  region.numbers.beta);
}

template <typename T>
__global__ void ForwardRegion(Region region, const T* src, T* dst) {
  BeginEarly();
  const uint32_t i = ThreadNumber();
  if (i >= region.count) return;
  const Place at = PlaceOf(region, i);
  dst[region.dst.At(at.row, static_cast<uint32_t>(at.c))] =
      FromFloat<T>(ToFloat(src[i]) * PowersAt(region, at, src).beta);
}

// The gradient in two passes, so that windows within windows are not summed
// anew for each element. The first leaves each element's own part in
// `src_gradient` and what it adds to its window's gradients in `terms`.
template <typename T>
__global__ void OwnAndTerms(Region region, const T* src, const T* dst_gradient,
                            T* src_gradient, T* terms) {
  const uint32_t i = ThreadNumber();
  if (i >= region.count) return;
  const Place at = PlaceOf(region, i);
  const LrnPowers powers = PowersAt(region, at, src);
  const float g =
      ToFloat(dst_gradient[region.dst.At(at.row, static_cast<uint32_t>(at.c))]);
  src_gradient[i] = FromFloat<T>(g * powers.beta);
  terms[i] = FromFloat<T>(g * ToFloat(src[i]) * powers.beta_plus_one);
}

// The second takes the windows that hold the element.
template <typename T, bool kRectified>
__global__ void SubtractTerms(Region region, const T* src, const T* terms,
                              T* src_gradient) {
  const uint32_t i = ThreadNumber();
  if (i >= region.count) return;
  float sum = 0.0f;
  VisitWindow(region, PlaceOf(region, i), region.after, region.before,
              [&](int64_t index) { sum += ToFloat(terms[index]); });
  const float factor = 2.0f * region.numbers.a * region.numbers.beta;
  const float x = ToFloat(src[i]);
  float dx = ToFloat(src_gradient[i]) - factor * x * sum;
  if (kRectified && x <= 0.0f) dx = 0.0f;
  src_gradient[i] = FromFloat<T>(dx);
}

Region RegionOf(const Lrn& layer, const LrnShape& shape) {
  Region region;
  region.src = shape.src();
  region.rows = TowerRows(region.src, 1);
  region.dst = shape.dst();
  region.numbers = NumbersOf(layer);
  region.across = layer.region == LrnRegion::kAcrossChannels;
  region.before = static_cast<int32_t>((layer.size - 1) / 2);
  region.after = static_cast<int32_t>(layer.size / 2);
  region.group = static_cast<int32_t>(shape.channels / layer.groups);
  region.height = shape.height;
  region.width = shape.width;
  region.column = FastDivider(static_cast<uint32_t>(shape.width));
  region.row = FastDivider(static_cast<uint32_t>(shape.height));
  region.count = static_cast<uint32_t>(shape.elements());
  return region;
}

}  // namespace

Status LrnRegionForward(const KernelStream& stream, const Lrn& layer,
                        const LrnShape& shape, DType dtype, const void* src,
                        void* dst) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    const Region region = RegionOf(layer, shape);
    return LaunchEach(stream, "LRN forward", shape.elements(), ForwardRegion<T>,
                      region, static_cast<const T*>(src), static_cast<T*>(dst));
  });
}

Status LrnRegionBackward(cudaStream_t stream, const Lrn& layer,
                         const LrnShape& shape, DType dtype, bool rectified,
                         const void* src, const void* dst_gradient,
                         void* src_gradient, void* scratch) {
  return WithType(dtype, [&](auto type) -> Status {
    using T = decltype(type);
    const Region region = RegionOf(layer, shape);
    const T* x = static_cast<const T*>(src);
    T* dx = static_cast<T*>(src_gradient);
    T* terms = static_cast<T*>(scratch);
    const char* what = "LRN backward";
    ALEXNET_RETURN_IF_ERROR(
        LaunchEach(stream, what, shape.elements(), OwnAndTerms<T>, region, x,
                   static_cast<const T*>(dst_gradient), dx, terms));
    auto* kernel = rectified ? SubtractTerms<T, true> : SubtractTerms<T, false>;
    return LaunchEach(stream, what, shape.elements(), kernel, region, x,
                      static_cast<const T*>(terms), dx);
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
