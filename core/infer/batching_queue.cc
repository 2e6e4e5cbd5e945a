#include "core/infer/batching_queue.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <utility>

#include "core/base/check.h"
#include "core/base/no_thread_error.h"
#include "core/infer/view_runner.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

using Clock = std::chrono::steady_clock;

Status CheckOptions(const QueueOptions& options) {
  // BEGIN options: core.checks queue_options of=options
  ALEXNET_RETURN_IF_ERROR(CheckRange<double>(
      "max_wait_milliseconds", options.max_wait_milliseconds, 0, 60'000));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int64_t>("capacity", options.capacity, 1, 1'048'576));
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum("when_full", options.when_full, WhenFull::kRefuse));
  // END options
  return Status();
}

// Sleeps until the request is done, or for as long as the interrupt need not
// be looked at. Nobody wakes those who wait for a token.
void Sleep(QueueState::Lock& lock, const Interrupt& interrupt,
           QueueRequest* request) {
  constexpr auto kGlance = std::chrono::milliseconds(5);
  const auto done = [request] { return request->done; };
  auto until = interrupt.deadline.value_or(Clock::time_point::max());
  if (interrupt.token != nullptr || interrupt.own_token != nullptr) {
    until = std::min(until, Clock::now() + kGlance);
  }
  if (until == Clock::time_point::max()) {
    request->changed.wait(lock, done);
  } else {
    request->changed.wait_until(lock, until, done);
  }
}

}  // namespace

Result<std::unique_ptr<ModelBatchRunner>> MakeQueueRunner(
    std::shared_ptr<SharedModel> model, const QueueOptions& options) {
  constexpr int64_t kBatch = 32;
  // In views, of which there may be ten to a sample.
  constexpr int64_t kLargestBatch = 4096;
  ALEXNET_RETURN_IF_ERROR(CheckRange("batch", options.batch, 0, kLargestBatch));
  // As a session: the mean of ten outputs is one of the same kind for
  // probabilities only.
  if (options.ten_crop) {
    ALEXNET_RETURN_IF_ERROR(CheckClassifies(*model->model()));
  }
  return ModelBatchRunner::Create(std::move(model), options,
                                  options.ten_crop ? kTenCrop : 1,
                                  options.batch > 0 ? options.batch : kBatch);
}

Result<std::unique_ptr<BatchingQueue>> BatchingQueue::Create(
    std::unique_ptr<BatchRunner> runner, const QueueOptions& options) {
  ALEXNET_RETURN_IF_ERROR(CheckOptions(options));
  std::unique_ptr<BatchingQueue> queue(
      new BatchingQueue(std::move(runner), options));
  ALEXNET_RETURN_IF_ERROR(queue->Start());
  return queue;
}

BatchingQueue::BatchingQueue(std::unique_ptr<BatchRunner> runner,
                             const QueueOptions& options)
    : options_(options),
      runner_(std::move(runner)),
      state_(runner_->most(), options_.capacity) {}

BatchingQueue::~BatchingQueue() {
  if (!birthplace_.Here() || !state_->thread.joinable()) return;
  {
    const QueueState::Lock lock(state_->mutex);
    state_->closed = true;
    state_->arrived.notify_one();
  }
  state_->thread.join();
}

Status BatchingQueue::Start() {
  try {
    state_->thread = std::thread([this] { Loop(); });
  } catch (const std::exception&) {
    return NoThreadError();
  }
  return Status();
}

Status BatchingQueue::Enter(QueueRequest* request) {
  if (state_->closed) return FailedPreconditionError("the queue is closed");
  if (options_.when_full == WhenFull::kRefuse && state_->Full()) {
    ++state_->counts.refused;
    return FailedPreconditionError(
               fmt::format("the queue is full, {} requests wait; try again "
                           "later, or wait for room (`when_full`)",
                           options_.capacity))
        .WithField("capacity");
  }
  state_->Add(request);
  return Status();
}

Status BatchingQueue::Run(std::span<const float> views, int64_t count,
                          std::span<float> output, const Interrupt& interrupt) {
  // Before the lock, which a thread of the parent may hold for ever.
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  ALEXNET_RETURN_IF_ERROR(CheckOutput(count, runner_->classes(), output));
  ALEXNET_RETURN_IF_ERROR(CheckViews(count, runner_->sample_elements(), views));
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  QueueRequest request{views.data(), output.data(), count};
  QueueState::Lock lock(state_->mutex);
  ALEXNET_RETURN_IF_ERROR(Enter(&request));
  for (;;) {
    Sleep(lock, interrupt, &request);
    if (request.done) break;
    const Status stop = interrupt.Check();
    if (stop.ok()) continue;
    state_->AwaitRead(lock);
    if (request.done) break;
    ++state_->counts.given_up;
    state_->End(&request, stop);
  }
  return std::move(request.status);
}

Status BatchingQueue::Close(bool cancel) {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  QueueState::Lock lock(state_->mutex);
  state_->closed = true;
  state_->arrived.notify_one();
  if (!cancel) return Status();
  state_->AwaitRead(lock);
  state_->EndAll(CancelledError("the queue was closed"));
  return Status();
}

Result<QueueCounts> BatchingQueue::counts() const {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  const QueueState::Lock lock(state_->mutex);
  return state_->counts;
}

void BatchingQueue::Loop() {
  const auto longest = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double, std::milli>(
          options_.max_wait_milliseconds));
  QueueState::Lock lock(state_->mutex);
  while (state_->AwaitBatch(lock, longest)) {
    const int64_t samples = runner_->Fit(state_->Ready());
    state_->Take(samples);
    state_->reading = true;
    lock.unlock();
    // No request leaves meanwhile.
    const int64_t each = runner_->sample_elements();
    for (const BatchPart& part : state_->batch) {
      std::copy_n(part.request->views + part.first * each, part.count * each,
                  runner_->sample(part.place));
    }
    lock.lock();
    state_->reading = false;
    state_->read.notify_all();
    lock.unlock();
    const Status status = Compute(samples);
    lock.lock();
    state_->Give(status, runner_->output(0), runner_->classes());
  }
}

Status BatchingQueue::Compute(int64_t samples) noexcept {
  try {
    return runner_->Run(samples);
  } catch (const std::bad_alloc&) {
    return OutOfMemoryError("not enough memory; use a smaller `batch`");
  } catch (const std::exception& error) {
    return InternalError(error.what());
  } catch (...) {
    return InternalError("unexpected exception of an unknown type");
  }
}

}  // namespace alexnet
