#include "core/backend/cuda/candidates.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <utility>

#include "core/backend/cuda/errors.h"
#include "core/base/philox.h"

namespace alexnet::cuda {
namespace {

constexpr int kRounds = 5;

// Numbers as blobs hold them, in [-1, 1): zeros cost a device less than they
// do.
std::vector<std::byte> SomeNumbers(DType dtype) {
  constexpr size_t kCount = size_t{1} << 18;
  PhiloxStream stream(1, RandomPurpose::kSynthetic);
  std::vector<float> values(kCount);
  for (float& value : values) value = 2.0f * stream.Uniform() - 1.0f;
  std::vector<std::byte> bytes(kCount * static_cast<size_t>(DTypeSize(dtype)));
  NarrowFromFloat(values.data(), kCount, dtype, bytes.data());
  return bytes;
}

class DeviceBytes {
 public:
  ~DeviceBytes() { cudaFree(data_); }
  Status Allocate(int64_t bytes) {
    return FromCuda(
        cudaMalloc(&data_, static_cast<size_t>(std::max<int64_t>(bytes, 1))),
        "allocating buffers for timing");
  }
  // `numbers` again and again.
  Status Fill(int64_t bytes, const std::vector<std::byte>& numbers,
              cudaStream_t stream) {
    ALEXNET_RETURN_IF_ERROR(Allocate(bytes));
    auto* to = static_cast<std::byte*>(data_);
    const size_t size = static_cast<size_t>(bytes);
    size_t filled = std::min(size, numbers.size());
    ALEXNET_RETURN_IF_ERROR(Copy(numbers.data(), filled, to, stream));
    while (filled < size) {
      const size_t more = std::min(filled, size - filled);
      ALEXNET_RETURN_IF_ERROR(Copy(to, more, to + filled, stream));
      filled += more;
    }
    return Status();
  }
  void* data() const { return data_; }

 private:
  static Status Copy(const void* from, size_t bytes, void* to,
                     cudaStream_t stream) {
    return FromCuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, stream),
                    "filling buffers for timing");
  }

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

// A few runs as a graph, which is how plans launch them: what the host takes to
// send them is not part of it.
class RunsInGraph {
 public:
  RunsInGraph(cudaStream_t stream, Operation& operation,
              const Operands& operands)
      : stream_(stream) {
    // What is loaded late must be there before.
    ok_ = operation.Run(stream, operands).ok() &&
          cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal) ==
              cudaSuccess;
    if (!ok_) return;
    for (int i = 0; i < kTogether && ok_; ++i) {
      ok_ = operation.Run(stream, operands).ok();
    }
    cudaGraph_t graph = nullptr;
    ok_ = cudaStreamEndCapture(stream, &graph) == cudaSuccess && ok_ &&
          cudaGraphInstantiate(&graph_, graph, 0) == cudaSuccess;
    if (graph != nullptr) cudaGraphDestroy(graph);
  }
  ~RunsInGraph() {
    if (graph_ != nullptr) cudaGraphExecDestroy(graph_);
  }
  RunsInGraph(const RunsInGraph&) = delete;
  RunsInGraph& operator=(const RunsInGraph&) = delete;

  bool Launch() const {
    return ok_ && cudaGraphLaunch(graph_, stream_) == cudaSuccess;
  }

  static constexpr int kTogether = 8;

 private:
  const cudaStream_t stream_;
  cudaGraphExec_t graph_ = nullptr;
  bool ok_ = false;
};

// Milliseconds; infinity where it fails.
float TimeOf(cudaStream_t stream, Operation& operation,
             const Operands& operands) {
  constexpr float kNever = std::numeric_limits<float>::infinity();
  const RunsInGraph runs(stream, operation, operands);
  const TimedEvent begin;
  const TimedEvent end;
  std::array<float, kRounds> times;
  if (!runs.Launch()) return kNever;
  for (float& time : times) {
    cudaEventRecord(begin.get(), stream);
    if (!runs.Launch()) return kNever;
    cudaEventRecord(end.get(), stream);
    if (cudaEventSynchronize(end.get()) != cudaSuccess ||
        cudaEventElapsedTime(&time, begin.get(), end.get()) != cudaSuccess) {
      return kNever;
    }
  }
  std::nth_element(times.begin(), times.begin() + kRounds / 2, times.end());
  return times[kRounds / 2] / RunsInGraph::kTogether;
}

// The buffers that operations are timed on.
struct Bench {
  Status Create(const OperandBytes& bytes, int64_t workspace,
                cudaStream_t stream) {
    const std::vector<std::byte> numbers = SomeNumbers(bytes.dtype);
    ALEXNET_RETURN_IF_ERROR(a.Fill(bytes.a, numbers, stream));
    ALEXNET_RETURN_IF_ERROR(b.Fill(bytes.b, numbers, stream));
    ALEXNET_RETURN_IF_ERROR(bias.Fill(bytes.bias, numbers, stream));
    ALEXNET_RETURN_IF_ERROR(out.Allocate(bytes.out));
    return scratch.Allocate(workspace);
  }
  Operands operands() const {
    return {a.data(), b.data(), bias.data(), out.data(), scratch.data()};
  }

  DeviceBytes a, b, bias, out, scratch;
};

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
  Bench bench;
  if (const Status made = bench.Create(bytes, workspace, stream); !made.ok()) {
    if (made.code() != StatusCode::kOutOfMemory) return made;
    // What fits without timing it shall not fail for it.
    cudaGetLastError();
    return std::move(candidates.front());
  }
  size_t best = 0;
  float best_time = std::numeric_limits<float>::infinity();
  for (size_t i = 0; i < candidates.size(); ++i) {
    const float time = TimeOf(stream, *candidates[i], bench.operands());
    if (time >= best_time) continue;
    best_time = time;
    best = i;
  }
  if (best_time == std::numeric_limits<float>::infinity()) {
    ALEXNET_RETURN_IF_ERROR(CheckDevice("timing algorithms"));
    return InternalError("none of the library's algorithms runs");
  }
  return std::move(candidates[best]);
}

}  // namespace alexnet::cuda
