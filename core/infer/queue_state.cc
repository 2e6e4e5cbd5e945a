#include "core/infer/queue_state.h"

#include <algorithm>

namespace alexnet {

QueueState::QueueState(int64_t most, int64_t capacity)
    : most_(most), capacity_(static_cast<size_t>(capacity)) {
  batch.reserve(static_cast<size_t>(most));  // the thread allocates nothing
}

bool QueueState::Full() const { return line_.size() >= capacity_; }

void QueueState::Add(QueueRequest* request) {
  line_.push_back(request);
  counts.waiting = static_cast<int64_t>(line_.size());
  arrived.notify_one();
}

bool QueueState::Due() const {
  if (closed || Full()) return true;
  int64_t samples = 0;
  for (const QueueRequest* request : line_) {
    samples += std::min(request->count - request->taken, most_ - samples);
    if (samples == most_) return true;
  }
  return false;
}

bool QueueState::AwaitBatch(Lock& lock,
                            std::chrono::steady_clock::duration longest) {
  for (;;) {
    if (line_.empty()) {
      if (closed) return false;
      arrived.wait(lock);
      continue;
    }
    const auto latest = line_.front()->arrival + longest;
    if (Due() || std::chrono::steady_clock::now() >= latest) return true;
    arrived.wait_until(lock, latest);
  }
}

int64_t QueueState::Take() {
  const auto now = std::chrono::steady_clock::now();
  int64_t samples = 0;
  for (size_t i = 0; i < capacity_ && !line_.empty() && samples < most_; ++i) {
    QueueRequest& request = *line_.front();
    if (request.taken == 0) {
      counts.longest_wait =
          std::max(counts.longest_wait, now - request.arrival);
    }
    const int64_t here =
        std::min(request.count - request.taken, most_ - samples);
    batch.push_back({&request, request.taken, here, samples});
    request.taken += here;
    samples += here;
    if (request.taken == request.count) line_.pop_front();
  }
  counts.waiting = static_cast<int64_t>(line_.size());
  counts.samples += samples;
  ++counts.batches;
  return samples;
}

void QueueState::Give(const Status& status, const float* outputs,
                      int64_t classes) {
  for (const BatchPart& part : batch) {
    if (part.request == nullptr) continue;
    QueueRequest& request = *part.request;
    if (!status.ok()) {
      End(&request, status);
      continue;
    }
    std::copy_n(outputs + part.place * classes, part.count * classes,
                request.output + part.first * classes);
    request.given += part.count;
    if (request.given < request.count) continue;
    ++counts.requests;
    End(&request, Status());
  }
  batch.clear();
}

void QueueState::End(QueueRequest* request, const Status& status) {
  line_.remove(request);
  counts.waiting = static_cast<int64_t>(line_.size());
  for (BatchPart& part : batch) {
    if (part.request == request) part.request = nullptr;
  }
  request->status = status;
  request->done = true;
  request->changed.notify_one();
}

void QueueState::EndAll(const Status& status) {
  const auto end = [&](QueueRequest* request) {
    ++counts.given_up;
    End(request, status);
  };
  while (!line_.empty()) end(line_.front());
  for (const BatchPart& part : batch) {
    if (part.request != nullptr) end(part.request);
  }
}

void QueueState::AwaitRead(Lock& lock) {
  read.wait(lock, [this] { return !reading; });
}

}  // namespace alexnet
