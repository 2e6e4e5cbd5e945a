#include "core/backend/cuda/kernels/launch.h"
#include "core/backend/cuda/kernels/sgd.h"

namespace alexnet::cuda {
namespace {

// Calls function<kCount>(first) for the chunk's elements: eight at a time and
// the last few one by one. A chunk starts at a multiple of eight.
template <typename Function>
__device__ __forceinline__ void ForChunk(const SgdChunk& chunk,
                                         int64_t elements,
                                         const Function& function) {
  const int64_t first = chunk.number * kSgdChunk;
  const int64_t end = min(first + kSgdChunk, elements);
  const int64_t whole = first + (end - first) / kVector * kVector;
  for (int64_t i = first + int64_t{threadIdx.x} * kVector; i < whole;
       i += int64_t{blockDim.x} * kVector) {
    function.template operator()<kVector>(i);
  }
  const int64_t rest = whole + threadIdx.x;
  if (rest < end) function.template operator()<1>(rest);
}

template <typename G>
__device__ __forceinline__ float SquaresOfChunk(const SgdChunk& chunk,
                                                const SgdTensor& tensor) {
  const G* gradient = static_cast<const G*>(tensor.gradient);
  float sum = 0.0f;
  ForChunk(chunk, tensor.elements, [&]<int kCount>(int64_t i) {
    float g[kCount];
    LoadSome<kCount>(gradient, i, g);
#pragma unroll
    for (int k = 0; k < kCount; ++k) sum += g[k] * g[k];
  });
  return sum;
}

__global__ void NormOfChunks(SgdTable table) {
  const SgdChunk chunk = table.chunks[blockIdx.x];
  const SgdTensor tensor = table.tensors[chunk.tensor];
  const float sum = tensor.compute_dtype == DType::kF32
                        ? SquaresOfChunk<float>(chunk, tensor)
                        : SquaresOfChunk<Bf16>(chunk, tensor);
  const double total = BlockSum(static_cast<double>(sum));
  if (threadIdx.x == 0) table.partial[blockIdx.x] = total;
}

__global__ void AddNorms(SgdTable table, StepOutcome* outcome) {
  double sum = 0.0;
  for (int64_t i = threadIdx.x; i < table.chunk_count; i += blockDim.x) {
    sum += table.partial[i];
  }
  sum = BlockSum(sum);
  if (threadIdx.x == 0) outcome->squared_norm = sum;
}

template <typename G>
__device__ __forceinline__ void UpdateChunk(const SgdChunk& chunk,
                                            const SgdTensor& tensor,
                                            const SgdNumbers& numbers) {
  const G* gradient = static_cast<const G*>(tensor.gradient);
  ForChunk(chunk, tensor.elements, [&]<int kCount>(int64_t i) {
    float g[kCount];
    float v[kCount];
    float w[kCount];
    LoadSome<kCount>(gradient, i, g);
    LoadSome<kCount>(static_cast<const float*>(tensor.velocity), i, v);
    LoadSome<kCount>(static_cast<const float*>(tensor.weight), i, w);
#pragma unroll
    for (int k = 0; k < kCount; ++k) SgdUpdate(numbers, g[k], &v[k], &w[k]);
    StoreSome<kCount>(v, i, tensor.velocity);
    StoreSome<kCount>(w, i, tensor.weight);
    if (tensor.working != nullptr) {
      StoreSome<kCount>(w, i, static_cast<G*>(tensor.working));
    }
  });
}

__global__ void SgdKernel(SgdTable table, const StepState* state, bool clip,
                          const StepOutcome* outcome) {
  const UpdateRule rule = state->rule;
  if (!isfinite(outcome->loss.loss_sum)) return;
  float scale = 1.0f;
  if (clip) {
    if (!isfinite(outcome->squared_norm)) return;
    const double norm = sqrt(outcome->squared_norm);
    if (norm > rule.clip_gradient_norm) {
      scale = static_cast<float>(rule.clip_gradient_norm / norm);
    }
  }
  const SgdChunk chunk = table.chunks[blockIdx.x];
  const SgdTensor tensor = table.tensors[chunk.tensor];
  const float rate = rule.rate * tensor.rate;
  const SgdNumbers numbers = {
      rule.momentum, rate * (rule.weight_decay * tensor.decay), rate * scale};
  if (tensor.compute_dtype == DType::kF32) {
    UpdateChunk<float>(chunk, tensor, numbers);
  } else {
    UpdateChunk<Bf16>(chunk, tensor, numbers);
  }
}

dim3 ChunkGrid(const SgdTable& table) {
  return {static_cast<unsigned>(table.chunk_count), 1, 1};
}

}  // namespace

Status SquaredNorm(cudaStream_t stream, const SgdTable& table,
                   StepOutcome* outcome) {
  const char* what = "the gradient's norm";
  if (table.chunk_count > 0) {
    ALEXNET_RETURN_IF_ERROR(
        Launch(stream, what, ChunkGrid(table), kThreads, NormOfChunks, table));
  }
  return Launch(stream, what, dim3{1, 1, 1}, kThreads, AddNorms, table,
                outcome);
}

Status Sgd(cudaStream_t stream, const SgdTable& table, const StepState* state,
           bool clip, const StepOutcome* outcome) {
  if (table.chunk_count == 0) return Status();
  return Launch(stream, "the update", ChunkGrid(table), kThreads, SgdKernel,
                table, state, clip, outcome);
}

}  // namespace alexnet::cuda
