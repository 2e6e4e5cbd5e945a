#include "core/infer/batching_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/failing_allocation.h"
#include "core/base/limited_child.h"

namespace alexnet {
namespace {

constexpr int64_t kMost = 4;
constexpr double kForEver = 60'000;

// Gives (a + b, a - b) for a sample (a, b), keeps the batches' samples, and
// computes only while its gate is open.
class FakeRunner final : public BatchRunner {
 public:
  // What the test sees of it when the queue has it.
  struct Seen {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = true;
    int inside = 0;                           // batches that came to the gate
    int64_t fit = 0;                          // most that it wants; 0: all
    Status status;                            // of the next batches
    std::exception_ptr thrown;                // by the next batches
    std::vector<std::vector<float>> batches;  // a of each sample

    void Open(bool now) {
      const std::lock_guard lock(mutex);
      open = now;
      changed.notify_all();
    }
    void AwaitInside(int batches_wanted) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return inside >= batches_wanted; });
    }
  };

  explicit FakeRunner(std::shared_ptr<Seen> seen) : seen_(std::move(seen)) {}

  int64_t most() const override { return kMost; }
  int64_t sample_elements() const override { return 2; }
  int64_t classes() const override { return 2; }
  int64_t Fit(int64_t waiting) const override {
    return seen_->fit > 0 ? std::min(waiting, seen_->fit) : waiting;
  }
  float* sample(int64_t i) override { return samples_ + 2 * i; }
  const float* output(int64_t i) const override { return outputs_ + 2 * i; }
  Status Run(int64_t count) override {
    std::unique_lock lock(seen_->mutex);
    ++seen_->inside;
    seen_->changed.notify_all();
    seen_->changed.wait(lock, [this] { return seen_->open; });
    std::vector<float> batch;
    for (int64_t i = 0; i < count; ++i) {
      const float* in = sample(i);
      batch.push_back(in[0]);
      outputs_[2 * i] = in[0] + in[1];
      outputs_[2 * i + 1] = in[0] - in[1];
    }
    seen_->batches.push_back(batch);
    if (seen_->thrown) std::rethrow_exception(seen_->thrown);
    return seen_->status;
  }

 private:
  const std::shared_ptr<Seen> seen_;
  float samples_[2 * kMost] = {};
  float outputs_[2 * kMost] = {};
};

Interrupt Until(const CancelToken& token) {
  Interrupt interrupt;
  interrupt.token = &token;
  return interrupt;
}

class BatchingQueueTest : public ::testing::Test {
 protected:
  void Make(double max_wait, int64_t capacity = 256,
            WhenFull when_full = WhenFull::kWait) {
    QueueOptions options;
    options.max_wait_milliseconds = max_wait;
    options.capacity = capacity;
    options.when_full = when_full;
    auto made =
        BatchingQueue::Create(std::make_unique<FakeRunner>(seen_), options);
    ASSERT_TRUE(made.ok()) << made.status().ToString();
    queue_ = *std::move(made);
  }

  // Samples (first, 1), (first + 1, 1), ...
  Status Run(float first, int64_t count = 1, const Interrupt& interrupt = {}) {
    std::vector<float> views, output(static_cast<size_t>(2 * count), -1.0f);
    std::vector<float> untouched = output, wanted;
    for (int64_t i = 0; i < count; ++i) {
      const float a = first + static_cast<float>(i);
      views.insert(views.end(), {a, 1.0f});
      wanted.insert(wanted.end(), {a + 1, a - 1});
    }
    Status status = queue_->Run(views, count, output, interrupt);
    // An output of several batches may be there in part.
    if (status.ok()) {
      EXPECT_EQ(output, wanted);
    } else if (count == 1) {
      EXPECT_EQ(output, untouched);
    }
    return status;
  }

  std::thread RunAside(float first, int64_t count = 1,
                       StatusCode want = StatusCode::kOk,
                       const Interrupt& interrupt = {}) {
    return std::thread(
        [=, this] { EXPECT_EQ(Run(first, count, interrupt).code(), want); });
  }

  void AwaitWaiting(int64_t requests) {
    while (queue_->counts()->waiting != requests) std::this_thread::yield();
  }

  const std::shared_ptr<FakeRunner::Seen> seen_ =
      std::make_shared<FakeRunner::Seen>();
  std::unique_ptr<BatchingQueue> queue_;
};

TEST_F(BatchingQueueTest, AFullBatchGoesAtOnceAndInOrder) {
  Make(kForEver);
  std::vector<std::thread> callers;
  for (int i = 0; i < kMost; ++i) {
    callers.push_back(RunAside(static_cast<float>(10 * i)));
    if (i + 1 < kMost) AwaitWaiting(i + 1);
  }
  for (std::thread& caller : callers) caller.join();
  ASSERT_EQ(seen_->batches.size(), 1U);
  EXPECT_EQ(seen_->batches[0], (std::vector<float>{0, 10, 20, 30}));
  const QueueCounts counts = *queue_->counts();
  EXPECT_EQ(counts.requests, 4);
  EXPECT_EQ(counts.samples, 4);
  EXPECT_EQ(counts.batches, 1);
  EXPECT_EQ(counts.waiting, 0);
  EXPECT_GT(counts.longest_wait.count(), 0);
}

TEST_F(BatchingQueueTest, ALoneRequestWaitsNoLongerThanAsked) {
  for (const double milliseconds : {0.0, 1.0}) {
    Make(milliseconds);
    EXPECT_TRUE(Run(5).ok());
  }
}

TEST_F(BatchingQueueTest, WhatComesWhileTheDeviceIsBusyGoesTogether) {
  Make(0);
  seen_->Open(false);
  std::vector<std::thread> callers;
  callers.push_back(RunAside(0));
  seen_->AwaitInside(1);
  for (int i = 1; i <= 6; ++i) {
    callers.push_back(RunAside(static_cast<float>(i)));
    AwaitWaiting(i);
  }
  seen_->Open(true);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(seen_->batches,
            (std::vector<std::vector<float>>{{0}, {1, 2, 3, 4}, {5, 6}}));
}

TEST_F(BatchingQueueTest, WhatDoesNotFitWellGoesInTheNextBatch) {
  Make(0);
  seen_->fit = 3;
  EXPECT_TRUE(Run(0, kMost).ok());
  EXPECT_EQ(seen_->batches, (std::vector<std::vector<float>>{{0, 1, 2}, {3}}));
}

TEST_F(BatchingQueueTest, ALargeRequestGoesOnInFurtherBatches) {
  Make(0);
  seen_->Open(false);
  std::thread large = RunAside(0, 2 * kMost + 1);
  seen_->AwaitInside(1);
  std::thread small = RunAside(100);
  AwaitWaiting(2);  // and the rest of the large one
  seen_->Open(true);
  large.join();
  small.join();
  EXPECT_EQ(seen_->batches, (std::vector<std::vector<float>>{
                                {0, 1, 2, 3}, {4, 5, 6, 7}, {8, 100}}));
}

TEST_F(BatchingQueueTest, WhoGivesUpWaitingIsNotComputed) {
  Make(kForEver);
  CancelToken token;
  std::thread leaver = RunAside(99, 1, StatusCode::kCancelled, Until(token));
  AwaitWaiting(1);
  token.Cancel();
  leaver.join();
  std::thread patient = RunAside(1, kMost);
  patient.join();
  EXPECT_EQ(seen_->batches, (std::vector<std::vector<float>>{{1, 2, 3, 4}}));
  EXPECT_EQ(queue_->counts()->given_up, 1);
}

TEST_F(BatchingQueueTest, WhoGivesUpDuringTheBatchLeavesAtOnce) {
  Make(0);
  seen_->Open(false);
  CancelToken token;
  std::thread leaver = RunAside(1, 1, StatusCode::kCancelled, Until(token));
  seen_->AwaitInside(1);
  token.Cancel();
  leaver.join();  // the gate is still shut
  seen_->Open(true);
  EXPECT_TRUE(Run(7).ok());
}

TEST_F(BatchingQueueTest, ADeadlineEndsTheWait) {
  Make(kForEver);
  Interrupt soon;
  soon.deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
  EXPECT_EQ(Run(1, 1, soon).code(), StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(seen_->batches.empty());
}

TEST_F(BatchingQueueTest, AWrongSizeConcernsItsOwnCallOnly) {
  Make(kForEver);
  std::thread good = RunAside(0, kMost - 1);
  AwaitWaiting(1);
  std::vector<float> views(2), output(2);
  const auto field = [&](int64_t count, size_t in, size_t out) {
    return queue_->Run({views.data(), in}, count, {output.data(), out}).field();
  };
  EXPECT_EQ(field(0, 2, 2), "count");
  EXPECT_EQ(field(1, 1, 2), "view_size");
  EXPECT_EQ(field(1, 2, 1), "output_size");
  EXPECT_TRUE(Run(50).ok());
  good.join();
}

TEST_F(BatchingQueueTest, AnErrorOfABatchIsThatOfItsRequestsOnly) {
  Make(0);
  seen_->status = OutOfMemoryError("no");
  EXPECT_EQ(Run(1).code(), StatusCode::kOutOfMemory);
  EXPECT_EQ(Run(1, 3 * kMost).code(), StatusCode::kOutOfMemory);
  seen_->status = Status();
  EXPECT_TRUE(Run(2).ok());
  EXPECT_EQ(seen_->batches.size(), 3U);  // the rest was not computed
}

TEST_F(BatchingQueueTest, AnExceptionOfABatchIsAnErrorOfItsRequests) {
  Make(0);
  const auto code = [&](auto exception) {
    seen_->thrown = std::make_exception_ptr(exception);
    return Run(1).code();
  };
  EXPECT_EQ(code(std::bad_alloc()), StatusCode::kOutOfMemory);
  EXPECT_EQ(code(std::runtime_error("no")), StatusCode::kInternal);
  EXPECT_EQ(code(7), StatusCode::kInternal);
  seen_->thrown = nullptr;
  EXPECT_TRUE(Run(2).ok());
}

TEST_F(BatchingQueueTest, ACallWithoutMemoryLeavesTheQueueAsItWas) {
  Make(kForEver);
  const float view[2] = {};
  float output[2];
  testing::FailEachAllocation([&] {
    Interrupt soon;
    soon.deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
    const StatusCode code = queue_->Run(view, 1, output, soon).code();
    EXPECT_TRUE(code == StatusCode::kDeadlineExceeded ||
                code == StatusCode::kOutOfMemory);
  });
  EXPECT_EQ(queue_->counts()->waiting, 0);
  EXPECT_TRUE(Run(0, kMost).ok());
}

TEST_F(BatchingQueueTest, AFullQueueRefusesWhereAsked) {
  Make(0, 2, WhenFull::kRefuse);
  seen_->Open(false);
  std::vector<std::thread> callers;
  callers.push_back(RunAside(0));
  seen_->AwaitInside(1);
  for (int i = 1; i <= 2; ++i) {
    callers.push_back(RunAside(static_cast<float>(i)));
    AwaitWaiting(i);
  }
  const Status full = Run(3);
  EXPECT_EQ(full.code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(full.field(), "capacity");
  EXPECT_EQ(queue_->counts()->refused, 1);
  seen_->Open(true);
  for (std::thread& caller : callers) caller.join();
  EXPECT_TRUE(Run(4).ok());
}

TEST_F(BatchingQueueTest, AFullQueueLetsCallersWaitInOrderWithTheirLimits) {
  Make(kForEver, 2);
  seen_->Open(false);
  std::vector<std::thread> callers;
  CancelToken token;
  for (int i = 0; i < 2; ++i) {
    callers.push_back(RunAside(static_cast<float>(i)));
    if (i == 0) AwaitWaiting(1);
  }
  seen_->AwaitInside(1);  // full: nothing more could come into the batch
  callers.push_back(RunAside(2));
  AwaitWaiting(1);
  callers.push_back(RunAside(3));
  AwaitWaiting(2);
  callers.push_back(RunAside(4, 1, StatusCode::kCancelled, Until(token)));
  AwaitWaiting(3);
  callers.push_back(RunAside(5));
  AwaitWaiting(4);
  callers.push_back(RunAside(6));
  AwaitWaiting(5);
  token.Cancel();
  AwaitWaiting(4);
  seen_->Open(true);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(seen_->batches,
            (std::vector<std::vector<float>>{{0, 1}, {2, 3}, {5, 6}}));
}

TEST_F(BatchingQueueTest, ClosingFinishesWhatWaitsAndRefusesTheRest) {
  Make(kForEver);
  std::thread waiting = RunAside(1);
  AwaitWaiting(1);
  ASSERT_TRUE(queue_->Close(false).ok());
  waiting.join();
  EXPECT_EQ(Run(2).code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(queue_->Close(true).ok());  // once more does no harm
}

TEST_F(BatchingQueueTest, ClosingCancelsWhatWaitsAndWhatIsComputed) {
  Make(0);
  seen_->Open(false);
  std::thread inside = RunAside(1, 1, StatusCode::kCancelled);
  seen_->AwaitInside(1);
  std::thread waiting = RunAside(2, 1, StatusCode::kCancelled);
  AwaitWaiting(1);
  ASSERT_TRUE(queue_->Close(true).ok());
  inside.join();  // the gate is still shut
  waiting.join();
  seen_->Open(true);
  queue_.reset();
  EXPECT_EQ(seen_->batches, (std::vector<std::vector<float>>{{1}}));
}

TEST_F(BatchingQueueTest, OptionsOutOfRangeAreRefused) {
  const auto field = [&](auto change) {
    QueueOptions options;
    change(options);
    return BatchingQueue::Create(std::make_unique<FakeRunner>(seen_), options)
        .status()
        .field();
  };
  EXPECT_EQ(field([](QueueOptions& o) { o.max_wait_milliseconds = -1; }),
            "max_wait_milliseconds");
  EXPECT_EQ(field([](QueueOptions& o) { o.capacity = 0; }), "capacity");
  EXPECT_EQ(
      field([](QueueOptions& o) { o.when_full = static_cast<WhenFull>(2); }),
      "when_full");
}

TEST_F(BatchingQueueTest, ManyCallersGetTheirOwn) {
  Make(0, 3);
  std::vector<std::thread> callers;
  for (int t = 0; t < 8; ++t) {
    callers.emplace_back([this, t] {
      for (int i = 0; i < 200; ++i) {
        CancelToken token;
        if (i % 7 == 0) token.Cancel();
        const Status status =
            Run(static_cast<float>(1000 * t + i), 1 + i % 6, Until(token));
        EXPECT_EQ(status.ok(), i % 7 != 0) << status.ToString();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

TEST_F(BatchingQueueTest, WithoutAThreadThereIsNoQueue) {
  EXPECT_EQ(EndOfChild([this] {
              if (!LimitThreads(0)) return 0;
              const auto made = BatchingQueue::Create(
                  std::make_unique<FakeRunner>(seen_), QueueOptions());
              return made.ok() || made.status().message().empty() ? 1 : 0;
            }),
            "exit 0");
}

TEST_F(BatchingQueueTest, AChildMayDestroyItAndIsRefusedCalls) {
  Make(kForEver);
  std::thread waiting = RunAside(1);
  AwaitWaiting(1);
  EXPECT_EQ(EndOfChild([this] {
              const float view[2] = {};
              float output[2];
              if (queue_->Run(view, 1, output).code() !=
                      StatusCode::kFailedPrecondition ||
                  queue_->Close(true).ok() || queue_->counts().ok()) {
                return 1;
              }
              queue_.reset();
              return 0;
            }),
            "exit 0");
  ASSERT_TRUE(queue_->Close(false).ok());
  waiting.join();
}

}  // namespace
}  // namespace alexnet
