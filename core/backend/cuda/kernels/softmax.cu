#include "core/backend/cuda/kernels/softmax.h"
#include "core/backend/cuda/primitives/launch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// What one row of the loss comes to.
struct RowLoss {
  double loss;
  int64_t correct;
};

// The largest value and the first place that has it, in every thread.
struct Largest {
  float value;
  int place;
};

__device__ __forceinline__ bool Before(const Largest& a, const Largest& b) {
  return a.value > b.value || (a.value == b.value && a.place < b.place);
}

__device__ Largest LargestOfRow(const float* row, int64_t classes) {
  __shared__ Largest of_warps[kLanes];
  Largest best = {-INFINITY, INT32_MAX};
  for (int64_t c = threadIdx.x; c < classes; c += blockDim.x) {
    const Largest here = {row[c], static_cast<int>(c)};
    if (Before(here, best)) best = here;
  }
  for (int mask = kLanes / 2; mask > 0; mask /= 2) {
    const Largest other = {__shfl_xor_sync(0xffffffffu, best.value, mask),
                           __shfl_xor_sync(0xffffffffu, best.place, mask)};
    if (Before(other, best)) best = other;
  }
  if (threadIdx.x % kLanes == 0) of_warps[threadIdx.x / kLanes] = best;
  __syncthreads();
  for (unsigned i = 0; i < blockDim.x / kLanes; ++i) {
    if (Before(of_warps[i], best)) best = of_warps[i];
  }
  return best;
}

// Sum of exp(z - largest), in every thread.
__device__ float SumOfExponentials(const float* row, int64_t classes,
                                   float largest) {
  float sum = 0.0f;
  for (int64_t c = threadIdx.x; c < classes; c += blockDim.x) {
    sum += expf(row[c] - largest);
  }
  return BlockSum(sum);
}

__global__ void ForwardRows(int64_t classes, const float* src, float* dst) {
  BeginEarly();
  const float* row = src + blockIdx.x * classes;
  const float largest = LargestOfRow(row, classes).value;
  const float scale = 1.0f / SumOfExponentials(row, classes, largest);
  for (int64_t c = threadIdx.x; c < classes; c += blockDim.x) {
    dst[blockIdx.x * classes + c] = expf(row[c] - largest) * scale;
  }
}

__global__ void BackwardRows(int64_t classes, const float* dst,
                             const float* dst_gradient, float* src_gradient) {
  const int64_t first = blockIdx.x * classes;
  float dot = 0.0f;
  for (int64_t c = threadIdx.x; c < classes; c += blockDim.x) {
    dot += dst[first + c] * dst_gradient[first + c];
  }
  dot = BlockSum(dot);
  for (int64_t c = threadIdx.x; c < classes; c += blockDim.x) {
    src_gradient[first + c] = dst[first + c] * (dst_gradient[first + c] - dot);
  }
}

__global__ void LossOfRows(LossArgs args, RowLoss* rows) {
  const int64_t n = blockIdx.x;
  const float* row = args.logits + n * args.classes;
  const int label = args.labels[n];
  const Largest largest = LargestOfRow(row, args.classes);
  const float sum = SumOfExponentials(row, args.classes, largest.value);
  const float log_sum = largest.value + logf(sum);
  const float smooth = args.label_smoothing / static_cast<float>(args.classes);
  const int64_t divisor = args.divisor > 0 ? args.divisor : args.batch;
  const float weight =
      args.class_weights != nullptr ? args.class_weights[label] : 1.0f;
  float loss = 0.0f;
  for (int64_t c = threadIdx.x; c < args.classes; c += blockDim.x) {
    const float target =
        smooth + (c == label ? 1.0f - args.label_smoothing : 0.0f);
    // 0 * infinity counts as 0.
    if (target > 0.0f) loss += target * (log_sum - row[c]);
    if (args.gradient != nullptr) {
      const float p = expf(row[c] - largest.value) / sum;
      args.gradient[n * args.classes + c] =
          weight * (p - target) / static_cast<float>(divisor);
    }
  }
  loss = BlockSum(loss);
  if (threadIdx.x == 0) {
    rows[n] = {weight * loss, largest.place == label ? 1 : 0};
  }
}

// One block, so that the order of the sum is fixed.
__global__ void SumRows(int64_t batch, const RowLoss* rows,
                        LossResult* result) {
  double loss = 0.0;
  int correct = 0;
  for (int64_t n = threadIdx.x; n < batch; n += blockDim.x) {
    loss += rows[n].loss;
    correct += static_cast<int>(rows[n].correct);
  }
  loss = BlockSum(loss);
  correct = BlockSum(correct);
  if (threadIdx.x == 0) *result = {loss, static_cast<double>(correct)};
}

dim3 RowGrid(int64_t rows) { return {static_cast<unsigned>(rows), 1, 1}; }

}  // namespace

Status SoftmaxForward(const KernelStream& stream, int64_t rows, int64_t classes,
                      const float* src, float* dst) {
  return Launch(stream, "softmax", RowGrid(rows), kThreads, ForwardRows,
                classes, src, dst);
}

Status SoftmaxBackward(cudaStream_t stream, int64_t rows, int64_t classes,
                       const float* dst, const float* dst_gradient,
                       float* src_gradient) {
  return Launch(stream, "softmax backward", RowGrid(rows), kThreads,
                BackwardRows, classes, dst, dst_gradient, src_gradient);
}

int64_t LossScratch(int64_t batch) {
  return batch * static_cast<int64_t>(sizeof(RowLoss));
}

Status Loss(cudaStream_t stream, const LossArgs& args) {
  RowLoss* rows = static_cast<RowLoss*>(args.scratch);
  ALEXNET_RETURN_IF_ERROR(Launch(stream, "the loss", RowGrid(args.batch),
                                 kThreads, LossOfRows, args, rows));
  return Launch(stream, "the loss", dim3{1, 1, 1}, kThreads, SumRows,
                args.batch, static_cast<const RowLoss*>(rows), args.result);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
