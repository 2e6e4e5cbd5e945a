#include "core/backend/cuda/kernels/sgd.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// A chunk's elements, counted from its first: kTogether at a time, so that a
// warp's lie together, and the last few one by one.
template <int64_t kChunk, int kTogether>
struct ChunkRange {
  static constexpr int kStep = static_cast<int>(kThreads) * kTogether;
  int64_t first;
  int whole;  // end of those together
  int end;

  __device__ ChunkRange(const SgdChunk& chunk, int64_t elements)
      : first(chunk.number * kChunk),
        end(static_cast<int>(min(kChunk, elements - first))) {
    whole = end / kTogether * kTogether;
  }
  static __device__ __forceinline__ int MyFirst() {
    return static_cast<int>(threadIdx.x) * kTogether;
  }
};

template <typename G>
__device__ __forceinline__ float SquaresOfChunk(const SgdChunk& chunk,
                                                const SgdTensor& tensor) {
  using Range = ChunkRange<kNormChunk, kVector>;
  const Range range(chunk, tensor.elements);
  const G* gradient = static_cast<const G*>(tensor.gradient) + range.first;
  float sum = 0.0f;
#pragma unroll 4
  for (int i = Range::MyFirst(); i < range.whole; i += Range::kStep) {
    float g[kVector];
    LoadSomeOnce<kVector>(gradient, i, g);
#pragma unroll
    for (int k = 0; k < kVector; ++k) sum += g[k] * g[k];
  }
  const int rest = range.whole + static_cast<int>(threadIdx.x);
  if (rest < range.end) {
    const float g = ToFloat(gradient[rest]);
    sum += g * g;
  }
  return sum;
}

__global__ void NormOfChunks(SgdTable table) {
  const SgdChunk chunk = table.norm_chunks[blockIdx.x];
  const SgdTensor tensor = table.tensors[chunk.tensor];
  float sum = 0.0f;
  if (tensor.in_norm) {
    sum = tensor.compute_dtype == DType::kF32
              ? SquaresOfChunk<float>(chunk, tensor)
              : SquaresOfChunk<Bf16>(chunk, tensor);
  }
  const double total = BlockSum(static_cast<double>(sum));
  if (threadIdx.x == 0) table.partial[blockIdx.x] = total;
}

// One block, which nothing runs beside: many loads at a time.
constexpr unsigned kAddingThreads = 1024;

__global__ void AddNorms(SgdTable table, StepOutcome* outcome) {
  double sum = 0.0;
#pragma unroll 8
  for (unsigned i = threadIdx.x; i < table.norm_chunk_count;
       i += kAddingThreads) {
    sum += table.partial[i];
  }
  sum = BlockSum(sum);
  if (threadIdx.x == 0) outcome->squared_norm = sum;
}

// What an update of kCount elements reads and writes.
template <typename G, int kCount>
struct Elements {
  float g[kCount];
  float v[kCount];
  float w[kCount];

  __device__ __forceinline__ void Load(const SgdTensor& tensor, int64_t i) {
    LoadSomeOnce<kCount>(static_cast<const G*>(tensor.gradient), i, g);
    LoadSomeOnce<kCount>(static_cast<const float*>(tensor.velocity), i, v);
    LoadSomeOnce<kCount>(static_cast<const float*>(tensor.weight), i, w);
  }
  __device__ __forceinline__ void Update(const SgdTensor& tensor,
                                         const SgdNumbers& numbers, int64_t i) {
#pragma unroll
    for (int k = 0; k < kCount; ++k) SgdUpdate(numbers, g[k], &v[k], &w[k]);
    StoreSome<kCount>(v, i, tensor.velocity);
    StoreSome<kCount>(w, i, tensor.weight);
    if (tensor.working != nullptr) {
      StoreSome<kCount>(w, i, static_cast<G*>(tensor.working));
    }
  }
};

template <typename G>
__device__ __forceinline__ void UpdateChunk(const SgdChunk& chunk,
                                            const SgdTensor& tensor,
                                            const SgdNumbers& numbers) {
  constexpr int kTogether = 2;  // loaded before the first is stored
  using Range = ChunkRange<kSgdChunk, kHalfVector>;
  constexpr int kStep = Range::kStep;
  const Range range(chunk, tensor.elements);
  for (int i = Range::MyFirst(); i < range.whole; i += kTogether * kStep) {
    Elements<G, kHalfVector> elements[kTogether];
#pragma unroll
    for (int k = 0; k < kTogether; ++k) {
      if (i + k * kStep < range.whole) {
        elements[k].Load(tensor, range.first + i + k * kStep);
      }
    }
#pragma unroll
    for (int k = 0; k < kTogether; ++k) {
      if (i + k * kStep < range.whole) {
        elements[k].Update(tensor, numbers, range.first + i + k * kStep);
      }
    }
  }
  const int rest = range.whole + static_cast<int>(threadIdx.x);
  if (rest < range.end) {
    Elements<G, 1> element;
    element.Load(tensor, range.first + rest);
    element.Update(tensor, numbers, range.first + rest);
  }
}

__global__ void SgdKernel(SgdTable table, const StepState* state,
                          const StepOutcome* outcome) {
  const UpdateRule rule = state->rule;
  if (Diverges(*outcome, rule)) return;
  float scale = 1.0f;
  if (rule.clip_gradient_norm > 0.0f) {
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

dim3 ChunkGrid(const SgdTable& table) { return {table.chunk_count, 1, 1}; }

}  // namespace

Status SquaredNorm(cudaStream_t stream, const SgdTable& table,
                   StepOutcome* outcome) {
  const char* what = "the gradient's norm";
  if (table.norm_chunk_count > 0) {
    ALEXNET_RETURN_IF_ERROR(Launch(stream, what,
                                   dim3{table.norm_chunk_count, 1, 1}, kThreads,
                                   NormOfChunks, table));
  }
  return Launch(stream, what, dim3{1, 1, 1}, kAddingThreads, AddNorms, table,
                outcome);
}

Status Sgd(cudaStream_t stream, const SgdTable& table, const StepState* state,
           const StepOutcome* outcome) {
  if (table.chunk_count == 0) return Status();
  return Launch(stream, "the update", ChunkGrid(table), kThreads, SgdKernel,
                table, state, outcome);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
