#include "core/backend/cuda/math/candidates.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <deque>
#include <limits>
#include <utility>

#include "core/backend/cuda/runtime/captured_graph.h"
#include "core/backend/cuda/runtime/errors.h"
#include "core/base/philox.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

constexpr float kNever = std::numeric_limits<float>::infinity();
// Of the best one's first run.
constexpr float kHopeless = 1.5f;

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
        "allocating buffers to try algorithms on");
  }
  // `numbers` again and again.
  Status Fill(int64_t bytes, const std::vector<std::byte>& numbers,
              cudaStream_t stream) {
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
                    "filling buffers to time algorithms on");
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

// A candidate and how long it took.
class Contender {
 public:
  Contender(cudaStream_t stream, Operation& operation, const Operands& operands)
      : stream_(stream), operation_(operation), operands_(operands) {
    // What is loaded late must be there before anything is timed or captured.
    runs_ = operation_.Run(stream_, operands_).ok() &&
            cudaStreamSynchronize(stream_) == cudaSuccess;
  }

  bool runs() const { return runs_; }
  void Drop() { runs_ = false; }

  // Runs it once, as it is. Milliseconds; infinity where it fails.
  float TimeOnce() {
    return Time([this] { return operation_.Run(stream_, operands_); });
  }

  // From now on Run times several runs together, launched as a graph, which is
  // how plans launch them: what the host takes to send them is not part of it.
  // Of one that takes `once` milliseconds as many as take kSpan.
  void Prepare(float once) {
    together_ = std::clamp(static_cast<int>(kSpan / std::max(once, 1e-3f)), 1,
                           kMostTogether);
    rounds_ = once > kLong ? kFewRounds : kRounds;
    for (int i = 0; i < kTries && runs_ && !graph_.captured(); ++i) {
      const Status status =
          graph_.Capture(stream_, [this] { return SendAll(); });
      runs_ = status.ok() || status.code() == StatusCode::kUnsupported;
    }
  }
  void Run() {
    // As plans do, also what could not be captured.
    const float time = Time([this] {
      return graph_.captured() ? graph_.Launch(stream_) : SendAll();
    });
    times_.push_back(time / static_cast<float>(together_));
  }
  int rounds() const { return rounds_; }

  // Of one run; infinity where it fails.
  float MedianTime() const {
    if (!runs_ || times_.empty()) return kNever;
    std::vector<float> times = times_;
    const auto middle =
        times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
  }

 private:
  static constexpr int kMostTogether = 8;
  static constexpr int kTries = 3;
  static constexpr int kRounds = 5;
  static constexpr int kFewRounds = 3;
  static constexpr float kSpan = 4.0f;  // milliseconds
  static constexpr float kLong = 5.0f;  // likewise

  template <typename Send>
  float Time(const Send& send) {
    if (!runs_) return kNever;
    float time = 0.0f;
    runs_ =
        cudaEventRecord(begin_.get(), stream_) == cudaSuccess && send().ok() &&
        cudaEventRecord(end_.get(), stream_) == cudaSuccess &&
        cudaEventSynchronize(end_.get()) == cudaSuccess &&
        cudaEventElapsedTime(&time, begin_.get(), end_.get()) == cudaSuccess;
    return runs_ ? time : kNever;
  }
  Status SendAll() {
    for (int i = 0; i < together_; ++i) {
      ALEXNET_RETURN_IF_ERROR(operation_.Run(stream_, operands_));
    }
    return Status();
  }

  const cudaStream_t stream_;
  Operation& operation_;
  const Operands operands_;
  const TimedEvent begin_;
  const TimedEvent end_;
  CapturedGraph graph_;
  bool runs_ = false;
  int together_ = 1;
  int rounds_ = kRounds;
  std::vector<float> times_;
};

// A device's clock sinks while the host makes plans and takes a while to rise
// again.
void WarmUp(Contender& contender) {
  const auto warm =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  do {
    contender.TimeOnce();
  } while (contender.runs() && std::chrono::steady_clock::now() < warm);
}

// Those that are hopeless are out after the first round; the others run in
// turns, so that the device's clock is the same for all.
void Race(std::deque<Contender>& contenders) {
  for (Contender& contender : contenders) {
    if (!contender.runs()) continue;
    WarmUp(contender);
    break;
  }
  // The better of two, since the first one after another algorithm's finds
  // nothing in the caches.
  std::vector<float> first;
  float best = kNever;
  for (Contender& contender : contenders) {
    const float once = contender.TimeOnce();
    first.push_back(std::min(once, contender.TimeOnce()));
    if (contender.runs()) best = std::min(best, first.back());
  }
  int rounds = 0;
  for (size_t i = 0; i < contenders.size(); ++i) {
    Contender& contender = contenders[i];
    if (first[i] > kHopeless * best) contender.Drop();
    if (!contender.runs()) continue;
    contender.Prepare(first[i]);
    rounds = std::max(rounds, contender.rounds());
  }
  for (int round = 0; round < rounds; ++round) {
    for (Contender& contender : contenders) {
      if (contender.runs() && round < contender.rounds()) contender.Run();
    }
  }
}

// The buffers that operations are tried on.
class Bench {
 public:
  explicit Bench(cudaStream_t stream) : stream_(stream) {}
  // What was sent may still be using them.
  ~Bench() { cudaStreamSynchronize(stream_); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  Status Allocate(const OperandBytes& bytes, int64_t workspace) {
    ALEXNET_RETURN_IF_ERROR(a_.Allocate(bytes.a));
    ALEXNET_RETURN_IF_ERROR(b_.Allocate(bytes.b));
    ALEXNET_RETURN_IF_ERROR(bias_.Allocate(bytes.bias));
    ALEXNET_RETURN_IF_ERROR(mask_.Allocate(bytes.mask));
    ALEXNET_RETURN_IF_ERROR(out_.Allocate(bytes.out));
    return scratch_.Allocate(workspace);
  }
  Status Fill(const OperandBytes& bytes) {
    numbers_ = SomeNumbers(bytes.dtype);
    ALEXNET_RETURN_IF_ERROR(a_.Fill(bytes.a, numbers_, stream_));
    ALEXNET_RETURN_IF_ERROR(b_.Fill(bytes.b, numbers_, stream_));
    ALEXNET_RETURN_IF_ERROR(mask_.Fill(bytes.mask, numbers_, stream_));
    return bias_.Fill(bytes.bias, numbers_, stream_);
  }
  Operands operands() const {
    return {a_.data(),    b_.data(),   bias_.data(),
            mask_.data(), out_.data(), scratch_.data()};
  }

 private:
  const cudaStream_t stream_;
  std::vector<std::byte> numbers_;
  DeviceBytes a_, b_, bias_, mask_, out_, scratch_;
};

}  // namespace

Status TryOut(cudaStream_t stream, Operation& operation,
              const OperandBytes& bytes) {
  Bench bench(stream);
  const Status made = bench.Allocate(bytes, operation.workspace_bytes());
  if (made.code() == StatusCode::kOutOfMemory) {
    cudaGetLastError();  // libraries would take it for their own
    return Status();
  }
  ALEXNET_RETURN_IF_ERROR(made);
  const Status sent = operation.Run(stream, bench.operands());
  const Status done =
      FromCuda(cudaStreamSynchronize(stream), "trying an algorithm");
  if (sent.ok() && done.ok()) return Status();
  cudaGetLastError();
  ALEXNET_RETURN_IF_ERROR(CheckDevice("trying an algorithm"));
  return sent.ok() ? done : sent;
}

Result<Fastest> FindFastest(
    cudaStream_t stream, std::span<const std::unique_ptr<Operation>> candidates,
    const OperandBytes& bytes) {
  if (candidates.empty()) {
    return UnsupportedError("the library has no algorithm for this operation");
  }
  int64_t workspace = 0;
  for (const auto& candidate : candidates) {
    workspace = std::max(workspace, candidate->workspace_bytes());
  }
  Bench bench(stream);
  Status made = bench.Allocate(bytes, workspace);
  if (made.ok()) made = bench.Fill(bytes);
  if (!made.ok()) {
    if (made.code() != StatusCode::kOutOfMemory) return made;
    cudaGetLastError();
    return Fastest{};
  }
  std::deque<Contender> contenders;
  for (const auto& candidate : candidates) {
    contenders.emplace_back(stream, *candidate, bench.operands());
  }
  Race(contenders);
  cudaGetLastError();  // libraries would take what one has met for their own
  Fastest fastest{0, true};
  for (size_t i = 1; i < contenders.size(); ++i) {
    if (contenders[i].MedianTime() < contenders[fastest.index].MedianTime()) {
      fastest.index = i;
    }
  }
  if (std::isinf(contenders[fastest.index].MedianTime())) {
    ALEXNET_RETURN_IF_ERROR(CheckDevice("timing algorithms"));
    return InternalError("none of the library's algorithms runs");
  }
  return fastest;
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
