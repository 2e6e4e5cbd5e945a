#include "core/backend/cuda/candidates.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/backend/cuda/errors.h"

namespace alexnet::cuda {
namespace {

constexpr int kRuns = 7;

class DeviceBytes {
 public:
  ~DeviceBytes() { cudaFree(data_); }
  Status Allocate(int64_t bytes, cudaStream_t stream) {
    const size_t size = static_cast<size_t>(std::max<int64_t>(bytes, 1));
    ALEXNET_RETURN_IF_ERROR(
        FromCuda(cudaMalloc(&data_, size), "allocating buffers for timing"));
    return FromCuda(cudaMemsetAsync(data_, 0, size, stream),
                    "clearing buffers for timing");
  }
  void* data() const { return data_; }

 private:
  void* data_ = nullptr;
};

class TimedEvent {
 public:
  TimedEvent() { cudaEventCreateWithFlags(&event_, cudaEventDefault); }
  ~TimedEvent() { cudaEventDestroy(event_); }
  cudaEvent_t get() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

// Milliseconds; infinity where it fails.
float TimeOf(cudaStream_t stream, Operation& operation,
             const Operands& operands) {
  constexpr float kNever = std::numeric_limits<float>::infinity();
  const TimedEvent begin;
  const TimedEvent end;
  std::array<float, kRuns> times;
  if (!operation.Run(stream, operands).ok()) return kNever;
  for (float& time : times) {
    cudaEventRecord(begin.get(), stream);
    if (!operation.Run(stream, operands).ok()) return kNever;
    cudaEventRecord(end.get(), stream);
    if (cudaEventSynchronize(end.get()) != cudaSuccess ||
        cudaEventElapsedTime(&time, begin.get(), end.get()) != cudaSuccess) {
      return kNever;
    }
  }
  std::nth_element(times.begin(), times.begin() + kRuns / 2, times.end());
  return times[kRuns / 2];
}

}  // namespace

Result<std::unique_ptr<Operation>> Fastest(
    cudaStream_t stream, std::vector<std::unique_ptr<Operation>> candidates,
    const OperandBytes& bytes) {
  if (candidates.empty()) {
    return UnsupportedError("the library has no algorithm for this operation");
  }
  if (candidates.size() == 1) return std::move(candidates.front());
  int64_t workspace = 0;
  for (const auto& candidate : candidates) {
    workspace = std::max(workspace, candidate->workspace_bytes());
  }
  DeviceBytes a, b, bias, out, scratch;
  ALEXNET_RETURN_IF_ERROR(a.Allocate(bytes.a, stream));
  ALEXNET_RETURN_IF_ERROR(b.Allocate(bytes.b, stream));
  ALEXNET_RETURN_IF_ERROR(bias.Allocate(bytes.bias, stream));
  ALEXNET_RETURN_IF_ERROR(out.Allocate(bytes.out, stream));
  ALEXNET_RETURN_IF_ERROR(scratch.Allocate(workspace, stream));
  Operands operands;
  operands.a = a.data();
  operands.b = b.data();
  operands.bias = bias.data();
  operands.out = out.data();
  operands.workspace = scratch.data();
  size_t best = 0;
  float best_time = std::numeric_limits<float>::infinity();
  for (size_t i = 0; i < candidates.size(); ++i) {
    const float time = TimeOf(stream, *candidates[i], operands);
    if (time >= best_time) continue;
    best_time = time;
    best = i;
  }
  return std::move(candidates[best]);
}

}  // namespace alexnet::cuda
