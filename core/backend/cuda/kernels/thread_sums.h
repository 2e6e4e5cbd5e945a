// Sums over the rows of a blob, by channel, of what a kernel writes: each
// thread keeps to the same eight channels of one tower, so that it can add up
// what it writes. For .cu files.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_THREAD_SUMS_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_THREAD_SUMS_H_

#include <algorithm>
#include <cstdint>

#include "core/backend/cuda/kernels/column_sums.h"
#include "core/backend/cuda/primitives/launch.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

static_assert(kMostSummedChannels <= int64_t{kThreads} * kVector);

// The work of a kernel: in each tower as many pieces, each of eight channels,
// of which those that lie beside each other differ.
struct ThreadShare {
  uint32_t pieces = 0;   // of a tower
  uint32_t vectors = 1;  // of eight channels, of a tower
  uint32_t towers = 1;

  int64_t all() const { return int64_t{pieces} * towers; }
};

// Calls visit(i) for the pieces of this thread. `kSums`: of one that adds up.
template <bool kSums, typename Visit>
__device__ __forceinline__ void ForMyPieces(const ThreadShare& share,
                                            const Visit& visit) {
  if constexpr (kSums) {
    for (uint32_t i = ThreadNumber(); i < share.pieces;
         i += gridDim.x * blockDim.x) {
      visit(blockIdx.y * share.pieces + i);
    }
  } else {
    const uint32_t i = ThreadNumber();
    if (i < share.pieces * share.towers) visit(i);
  }
}

// A block's sums out of its threads', always in the same order. Called by all
// of them.
__device__ __forceinline__ void StoreThreadSums(const ThreadShare& share,
                                                const float (&sum)[kVector],
                                                float* partial) {
  __shared__ float of_threads[kThreads][kVector];
#pragma unroll
  for (int k = 0; k < kVector; ++k) of_threads[threadIdx.x][k] = sum[k];
  __syncthreads();
  const uint32_t columns = share.vectors * kVector;
  float* const mine =
      partial + (int64_t{blockIdx.x} * gridDim.y + blockIdx.y) * columns;
  for (uint32_t c = threadIdx.x; c < columns; c += blockDim.x) {
    float total = 0.0f;
    for (uint32_t t = c / kVector; t < blockDim.x; t += share.vectors) {
      total += of_threads[t][c % kVector];
    }
    mine[c] = total;
  }
}

// Launches one of two kernels that take (ThreadShare, float* partial,
// arguments...): `plain`, a thread a piece, or where sums are wanted `summing`.
template <typename... Parameters, typename... Arguments>
Status LaunchPieces(cudaStream_t stream, const char* what, DType dtype,
                    const ThreadShare& share, const ChannelSums& sums,
                    void (*plain)(ThreadShare, float*, Parameters...),
                    void (*summing)(ThreadShare, float*, Parameters...),
                    Arguments... arguments) {
  if (sums.sums == nullptr) {
    return LaunchEach(stream, what, share.all(), plain, share, nullptr,
                      arguments...);
  }
  // A multiple of the vectors, so that a thread's are always the same.
  const uint32_t threads = kThreads / share.vectors * share.vectors;
  const uint32_t blocks = std::min((share.pieces + threads - 1) / threads,
                                   static_cast<uint32_t>(kMostChannelSumParts));
  auto* partial = static_cast<float*>(sums.scratch);
  ALEXNET_RETURN_IF_ERROR(Launch(stream, what, dim3{blocks, share.towers, 1},
                                 threads, summing, share, partial,
                                 arguments...));
  return AddParts(stream, dtype, blocks,
                  int64_t{share.towers} * share.vectors * kVector, partial,
                  sums.sums);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_THREAD_SUMS_H_
