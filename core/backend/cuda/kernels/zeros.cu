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

template <typename T>
__global__ void CountZerosKernel(int64_t samples, uint32_t units,
                                 FastDivider tower, const T* blob,
                                 unsigned long long* count) {
  uint32_t unit = ThreadNumber();
  int dead = unit < units ? 1 : 0;
  const uint32_t run = tower.Split(&unit);
  blob += run * samples * tower.divisor() + unit;
  for (int64_t n = 0; n < samples && dead != 0; ++n) {
    if (ToFloat(blob[n * tower.divisor()]) != 0.0f) dead = 0;
  }
  const int sum = BlockSum(dead);
  if (threadIdx.x == 0 && sum > 0) {
    atomicAdd(count, static_cast<unsigned long long>(sum));
  }
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
                      FastDivider(static_cast<uint32_t>(units / towers)),
                      static_cast<const T*>(blob),
                      reinterpret_cast<unsigned long long*>(count));
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
