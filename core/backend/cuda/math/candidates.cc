#include "core/backend/cuda/math/candidates.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <utility>

#include "core/backend/cuda/runtime/captured_graph.h"
#include "core/backend/cuda/runtime/errors.h"
#include "core/base/philox.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
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
  ~TimedEvent() {
    if (event_ != nullptr) cudaEventDestroy(event_);
  }
  cudaEvent_t get() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

// A candidate and how long it took. Its runs are launched as a graph, which is
// how plans launch them: what the host takes to send them is not part of it.
class Contender {
 public:
  Contender(cudaStream_t stream, Operation& operation, const Operands& operands)
      : stream_(stream), work_([&operation, stream, operands]() -> Status {
          for (int i = 0; i < kTogether; ++i) {
            ALEXNET_RETURN_IF_ERROR(operation.Run(stream, operands));
          }
          return Status();
        }) {
    // What is loaded late must be there before the capture.
    runs_ = work_().ok();
    for (int i = 0; i < kTries && runs_ && !graph_.captured(); ++i) {
      const Status status = graph_.Capture(stream, work_);
      runs_ = status.ok() || status.code() == StatusCode::kUnsupported;
    }
  }

  void Run() {
    if (!runs_) return;
    float time = 0.0f;
    runs_ =
        cudaEventRecord(begin_.get(), stream_) == cudaSuccess && Send().ok() &&
        cudaEventRecord(end_.get(), stream_) == cudaSuccess &&
        cudaEventSynchronize(end_.get()) == cudaSuccess &&
        cudaEventElapsedTime(&time, begin_.get(), end_.get()) == cudaSuccess;
    times_.push_back(time);
  }
  void ForgetTimes() { times_.clear(); }

  // Infinity where it fails.
  float MedianTime() const {
    if (!runs_) return std::numeric_limits<float>::infinity();
    std::vector<float> times = times_;
    const auto middle =
        times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
  }

 private:
  static constexpr int kTogether = 8;
  static constexpr int kTries = 3;

  // As plans do, also what could not be captured.
  Status Send() const {
    return graph_.captured() ? graph_.Launch(stream_) : work_();
  }

  const cudaStream_t stream_;
  const std::function<Status()> work_;
  const TimedEvent begin_;
  const TimedEvent end_;
  CapturedGraph graph_;
  bool runs_ = false;
  std::vector<float> times_;
};

// In turns, so that the device's clock, which sinks while the host compiles
// plans and takes a while to rise again, is the same for all.
void Race(std::deque<Contender>& contenders) {
  const auto warm =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  do {
    for (Contender& contender : contenders) contender.Run();
  } while (std::chrono::steady_clock::now() < warm);
  for (Contender& contender : contenders) contender.ForgetTimes();
  for (int round = 0; round < kRounds; ++round) {
    for (Contender& contender : contenders) contender.Run();
  }
}

// The buffers that operations are timed on.
class Bench {
 public:
  explicit Bench(cudaStream_t stream) : stream_(stream) {}
  // What was sent may still be using them.
  ~Bench() { cudaStreamSynchronize(stream_); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  Status Create(const OperandBytes& bytes, int64_t workspace) {
    numbers_ = SomeNumbers(bytes.dtype);
    ALEXNET_RETURN_IF_ERROR(a_.Fill(bytes.a, numbers_, stream_));
    ALEXNET_RETURN_IF_ERROR(b_.Fill(bytes.b, numbers_, stream_));
    ALEXNET_RETURN_IF_ERROR(bias_.Fill(bytes.bias, numbers_, stream_));
    ALEXNET_RETURN_IF_ERROR(out_.Allocate(bytes.out));
    return scratch_.Allocate(workspace);
  }
  Operands operands() const {
    return {a_.data(), b_.data(), bias_.data(), out_.data(), scratch_.data()};
  }

 private:
  const cudaStream_t stream_;
  std::vector<std::byte> numbers_;
  DeviceBytes a_, b_, bias_, out_, scratch_;
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
  Bench bench(stream);
  if (const Status made = bench.Create(bytes, workspace); !made.ok()) {
    if (made.code() != StatusCode::kOutOfMemory) return made;
    // What fits without timing it shall not fail for it.
    return std::move(candidates.front());
  }
  std::deque<Contender> contenders;
  for (const auto& candidate : candidates) {
    contenders.emplace_back(stream, *candidate, bench.operands());
  }
  Race(contenders);
  cudaGetLastError();  // libraries would take what one has met for their own
  size_t best = 0;
  for (size_t i = 1; i < contenders.size(); ++i) {
    if (contenders[i].MedianTime() < contenders[best].MedianTime()) best = i;
  }
  if (std::isinf(contenders[best].MedianTime())) {
    ALEXNET_RETURN_IF_ERROR(CheckDevice("timing algorithms"));
    return InternalError("none of the library's algorithms runs");
  }
  return std::move(candidates[best]);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
