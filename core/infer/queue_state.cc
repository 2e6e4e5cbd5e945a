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
  waiting_samples_ += request->count;
  counts.waiting = static_cast<int64_t>(line_.size());
  // Whoever waits for company need not hear of each that comes.
  if (line_.size() == 1 || Due()) arrived.notify_one();
}

bool QueueState::Due() const {
  return closed || Full() || waiting_samples_ >= most_;
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

int64_t QueueState::Ready() const {
  int64_t samples = 0;
  size_t requests = 0;
  for (const QueueRequest* request : line_) {
    if (requests++ == capacity_) break;
    samples += std::min(request->count - request->taken, most_ - samples);
    if (samples == most_) break;
  }
  return samples;
}

void QueueState::Take(int64_t samples) {
  const auto now = std::chrono::steady_clock::now();
  for (int64_t place = 0; place < samples;) {
    QueueRequest& request = *line_.front();
    if (request.taken == 0) {
      counts.longest_wait =
          std::max(counts.longest_wait, now - request.arrival);
    }
    const int64_t here =
        std::min(request.count - request.taken, samples - place);
    batch.push_back({&request, request.taken, here, place});
    request.taken += here;
    place += here;
    if (request.taken == request.count) line_.pop_front();
  }
  waiting_samples_ -= samples;
  counts.waiting = static_cast<int64_t>(line_.size());
  counts.samples += samples;
  ++counts.batches;
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
  if (request->taken < request->count) {
    line_.remove(request);
    waiting_samples_ -= request->count - request->taken;
    counts.waiting = static_cast<int64_t>(line_.size());
  }
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
