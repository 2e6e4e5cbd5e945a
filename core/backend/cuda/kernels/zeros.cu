#include "core/backend/cuda/kernels/zeros.h"
#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/primitives/launch.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

template <typename T>
__global__ void ZeroKernel(uint32_t count, FastDivider period,
                           const uint8_t* zero, T* values) {
  const uint32_t i = ThreadNumber();
  if (i >= count) return;
  uint32_t place = i;
  period.Split(&place);
  if (zero[place] != 0) values[i] = FromFloat<T>(0.0f);
}

// Whether a unit of a blob whose towers lie apart, `tower` units each, is zero
// in all samples.
template <typename T>
__device__ __forceinline__ bool IsZero(int64_t samples, uint32_t unit,
                                       FastDivider tower, const T* blob) {
  const uint32_t run = tower.Split(&unit);
  blob += run * samples * tower.divisor() + unit;
  for (int64_t n = 0; n < samples; ++n) {
    if (ToFloat(blob[n * tower.divisor()]) != 0.0f) return false;
  }
  return true;
}

template <typename T>
__global__ void CountZerosKernel(int64_t samples, uint32_t units,
                                 FastDivider tower, const T* blob,
                                 unsigned long long* count) {
  const uint32_t unit = ThreadNumber();
  const bool dead = unit < units && IsZero(samples, unit, tower, blob);
  const int sum = BlockSum(dead ? 1 : 0);
  if (threadIdx.x == 0 && sum > 0) {
    atomicAdd(count, static_cast<unsigned long long>(sum));
  }
}

template <typename T>
__global__ void MarkNonzerosKernel(int64_t samples, uint32_t units,
                                   FastDivider tower, const T* blob,
                                   float* marks) {
  const uint32_t unit = ThreadNumber();
  if (unit < units && !IsZero(samples, unit, tower, blob)) marks[unit] = 1.0f;
}

FastDivider TowerOf(int64_t units, int64_t towers) {
  return FastDivider(static_cast<uint32_t>(units / towers));
}

}  // namespace

Status ZeroPadding(cudaStream_t stream, DType dtype, int64_t count,
                   int64_t period, const uint8_t* zero, void* values) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    return LaunchEach(stream, "clearing padding", count, ZeroKernel<T>, count,
                      FastDivider(static_cast<uint32_t>(period)), zero,
                      static_cast<T*>(values));
  });
}

Status CountZeros(cudaStream_t stream, DType dtype, int64_t samples,
                  int64_t units, int64_t towers, const void* blob,
                  int64_t* count) {
  const char* what = "counting dead units";
  ALEXNET_RETURN_IF_ERROR(
      FromCuda(cudaMemsetAsync(count, 0, sizeof(*count), stream), what));
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    return LaunchEach(stream, what, units, CountZerosKernel<T>, samples, units,
                      TowerOf(units, towers), static_cast<const T*>(blob),
                      reinterpret_cast<unsigned long long*>(count));
  });
}

Status MarkNonzeros(cudaStream_t stream, DType dtype, int64_t samples,
                    int64_t units, int64_t towers, const void* blob,
                    float* marks) {
  return WithType(dtype, [&](auto type) {
    using T = decltype(type);
    return LaunchEach(stream, "marking units", units, MarkNonzerosKernel<T>,
                      samples, units, TowerOf(units, towers),
                      static_cast<const T*>(blob), marks);
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
