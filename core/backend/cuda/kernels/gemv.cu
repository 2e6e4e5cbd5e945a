#include "core/backend/cuda/kernels/gemv.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// Loads of a row in flight in each lane.
constexpr int kUnroll = 4;
constexpr int kWarps = static_cast<int>(kThreads) / kLanes;

// Of a row, while its source is not there yet: of all rows together so much
// that it stays in the second-level cache.
constexpr int64_t kPrefetched = 4096;

// A warp a row of weights.
template <typename T, int kBatch>
__global__ void GemvKernel(GemvShape shape, const T* src, const T* weight,
                           const T* bias, T* dst) {
  const int lane = static_cast<int>(threadIdx.x) % kLanes;
  const int64_t row = int64_t{blockIdx.x} * kWarps + threadIdx.x / kLanes;
  const T* weights = weight + row * shape.in;
  // While the layer before still computes the source.
  LetNextBegin();
  if (row < shape.out) {
    const int64_t bytes =
        min(shape.in * static_cast<int64_t>(sizeof(T)), kPrefetched);
    for (int64_t i = lane * kCacheLine; i < bytes; i += kLanes * kCacheLine) {
      PrefetchLine(reinterpret_cast<const char*>(weights) + i);
    }
  }
  AwaitKernelsBefore();
  if (row >= shape.out) return;  // the whole warp
  float sum[kBatch] = {};
  const int64_t step = int64_t{kLanes} * kVector;
#pragma unroll kUnroll
  for (int64_t i = int64_t{lane} * kVector; i < shape.in; i += step) {
    float w[kVector];
    LoadSome<kVector>(weights, i, w);
#pragma unroll
    for (int n = 0; n < kBatch; ++n) {
      float x[kVector];
      LoadSome<kVector>(src, n * shape.in + i, x);
#pragma unroll
      for (int k = 0; k < kVector; ++k) sum[n] += w[k] * x[k];
    }
  }
#pragma unroll
  for (int n = 0; n < kBatch; ++n) {
    float y = WarpSum(sum[n]);
    if (bias != nullptr) y += ToFloat(bias[row]);
    if (shape.relu && y < 0.0f) y = 0.0f;
    if (lane == 0) dst[n * shape.out + row] = FromFloat<T>(y);
  }
}

// A thread a line, again and again: few blocks, which leave the rest of the
// device to others.
constexpr unsigned kPrefetchBlocks = 16;

__global__ void PrefetchKernel(const char* data, int64_t bytes) {
  for (int64_t i = ThreadNumber() * kCacheLine; i < bytes;
       i += int64_t{kPrefetchBlocks} * kThreads * kCacheLine) {
    PrefetchLine(data + i);
  }
}

}  // namespace

Status Prefetch(cudaStream_t stream, const void* data, int64_t bytes) {
  return Launch(stream, "bringing weights near", dim3{kPrefetchBlocks, 1, 1},
                kThreads, PrefetchKernel, static_cast<const char*>(data),
                bytes);
}

Status Gemv(const KernelStream& stream, const GemvShape& shape, DType dtype,
            const void* src, const void* weight, const void* bias, void* dst) {
  return WithType(dtype, [&](auto type) -> Status {
    using T = decltype(type);
    const unsigned blocks =
        static_cast<unsigned>((shape.out + kWarps - 1) / kWarps);
    void (*const kernels[])(GemvShape, const T*, const T*, const T*, T*) = {
        GemvKernel<T, 1>, GemvKernel<T, 2>, GemvKernel<T, 3>, GemvKernel<T, 4>};
    if (shape.batch < 1 || shape.batch > kMostGemvBatch) {
      return InternalError("a batch that the GEMV kernel does not know");
    }
    return Launch(stream, "a fully connected layer", dim3{blocks, 1, 1},
                  kThreads, kernels[shape.batch - 1], shape,
                  static_cast<const T*>(src), static_cast<const T*>(weight),
                  static_cast<const T*>(bias), static_cast<T*>(dst));
  });
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
