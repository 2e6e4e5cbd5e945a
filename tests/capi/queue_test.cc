// Batching queues: what callers on many threads get, and how one ends.

#include <cstring>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/limited_child.h"
#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

constexpr double kForEver = 60000;

Queue MakeQueue(const alexnet_model* model, int64_t batch, double max_wait,
                int32_t threads = 1) {
  auto options = Options(alexnet_queue_options_init);
  options.threads = threads;
  options.batch = batch;
  options.max_wait_milliseconds = max_wait;
  alexnet_queue* queue = nullptr;
  OK(alexnet_queue_create(model, &options, &queue, e));
  return Queue(queue);
}

alexnet_status RunIn(alexnet_queue* queue, const std::vector<float>& views,
                     std::vector<float>* output,
                     const alexnet_limits* limits = nullptr,
                     alexnet_error** error = nullptr) {
  const auto count = static_cast<int64_t>(views.size()) / kViewSize;
  output->resize(static_cast<size_t>(count * kClasses));
  return alexnet_queue_run(queue, views.data(), views.size(), count, limits,
                           output->data(), output->size(), error);
}

alexnet_queue_info Info(const alexnet_queue* queue) {
  auto info = Options(alexnet_queue_info_init);
  OK(alexnet_queue_get_info(queue, &info, e));
  return info;
}

void AwaitWaiting(const alexnet_queue* queue, int64_t requests) {
  while (Info(queue).waiting != requests) std::this_thread::yield();
}

TEST(QueueTest, CallersOfOneBatchGetTheBitsOfASessionOfThatBatch) {
  for (const int32_t threads : {1, 2}) {
    const Model model = TinyModel();
    const Queue queue = MakeQueue(model.get(), 4, kForEver, threads);
    const Session session = TinySession(model.get(), threads, 4);
    std::vector<std::thread> callers;
    for (uint32_t i = 0; i < 4; ++i) {
      callers.emplace_back([&, i] {
        const auto view = Noise(kViewSize, i);
        std::vector<float> got;
        float wanted[kClasses];
        EXPECT_EQ(RunIn(queue.get(), view, &got), ALEXNET_OK);
        static std::mutex mutex;
        const std::lock_guard lock(mutex);
        OK(alexnet_session_run(session.get(), view.data(), kViewSize, 1,
                               nullptr, wanted, kClasses, e));
        EXPECT_EQ(std::memcmp(got.data(), wanted, sizeof(wanted)), 0);
      });
    }
    for (std::thread& caller : callers) caller.join();
    const alexnet_queue_info info = Info(queue.get());
    EXPECT_EQ(info.channels, 3);
    EXPECT_EQ(info.height, kSide);
    EXPECT_EQ(info.width, kSide);
    EXPECT_EQ(info.views, 1);
    EXPECT_EQ(info.classes, kClasses);
    EXPECT_EQ(info.batch, 4);
    auto alone = Options(alexnet_session_info_init);
    OK(alexnet_session_get_info(session.get(), &alone, e));
    EXPECT_EQ(info.threads, alone.threads);
    EXPECT_EQ(info.requests, 4);
    EXPECT_EQ(info.samples, 4);
    EXPECT_EQ(info.batches, 1);
    EXPECT_EQ(info.mean_batch, 4.0);
    EXPECT_GT(info.longest_wait_milliseconds, 0);
  }
}

// A network whose layer of many sums gives other bits where a matrix is
// multiplied than where a vector is.
Model WideModel() {
  alexnet_network* network = nullptr;
  OK(alexnet_network_create("wide", 3, kSide, kSide, &network, e));
  const Network owned(network);
  auto fc = Options(alexnet_fully_connected_options_init);
  fc.out_features = kClasses;
  fc.weight.init = ALEXNET_INIT_GAUSSIAN;
  fc.weight.value = 0.3F;
  OK(alexnet_network_add_fully_connected(network, "fc1", &fc, e));
  alexnet_model* model = nullptr;
  OK(alexnet_model_create_initial(network, 1, nullptr, &model, e));
  return Model(model);
}

TEST(QueueTest, FewAreNotComputedAsMany) {
  constexpr int64_t kBatch = 32;
  const Model model = WideModel();
  const Queue queue = MakeQueue(model.get(), kBatch, 0);
  for (int64_t count = 1; count <= kBatch; count *= 2) {
    SCOPED_TRACE(count);
    const auto views = Noise(static_cast<size_t>(count * kViewSize));
    const auto by_session = [&](int64_t batch) {
      const Session session = TinySession(model.get(), 1, batch);
      std::vector<float> rows(static_cast<size_t>(count * kClasses));
      OK(alexnet_session_run(session.get(), views.data(), views.size(), count,
                             nullptr, rows.data(), rows.size(), e));
      return rows;
    };
    std::vector<float> got;
    EXPECT_EQ(RunIn(queue.get(), views, &got), ALEXNET_OK);
    const std::vector<float> wanted = by_session(count);
    // Says something of the size where kernels round differently by it, as
    // those of most processors do.
    EXPECT_EQ(got, wanted);
  }
}

TEST(QueueTest, DefaultsComputeALoneCallAndMoreThanABatch) {
  const Model model = TinyModel();
  alexnet_queue* made = nullptr;
  OK(alexnet_queue_create(model.get(), nullptr, &made, e));
  const Queue queue(made);
  EXPECT_EQ(Info(made).batch, 32);
  EXPECT_EQ(Info(made).mean_batch, 0.0);
  const auto views = Noise(70 * kViewSize);
  std::vector<float> got;
  std::vector<float> wanted(70 * kClasses);
  EXPECT_EQ(RunIn(made, views, &got), ALEXNET_OK);
  const Session session = TinySession(model.get(), 0, 70);
  OK(alexnet_session_run(session.get(), views.data(), views.size(), 70, nullptr,
                         wanted.data(), wanted.size(), e));
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-6);
  EXPECT_EQ(Info(made).batches, 3);
}

TEST(QueueTest, NanOfOneCallerIsItsOwn) {
  const Model model = TinyModel();
  const Queue queue = MakeQueue(model.get(), 2, kForEver);
  std::vector<float> broken;
  std::thread other([&] {
    const std::vector<float> views(kViewSize,
                                   std::numeric_limits<float>::quiet_NaN());
    EXPECT_EQ(RunIn(queue.get(), views, &broken), ALEXNET_OK);
  });
  std::vector<float> got;
  EXPECT_EQ(RunIn(queue.get(), Noise(kViewSize), &got), ALEXNET_OK);
  other.join();
  for (const float value : broken) EXPECT_TRUE(value != value);
  for (const float value : got) EXPECT_TRUE(value == value);
}

TEST(QueueTest, ErrorsAreTheCallsOwn) {
  const Model model = TinyModel();
  const Queue queue = MakeQueue(model.get(), 2, kForEver);
  std::vector<float> got;
  std::thread good([&] {
    EXPECT_EQ(RunIn(queue.get(), Noise(kViewSize), &got), ALEXNET_OK);
  });
  AwaitWaiting(queue.get(), 1);
  const auto view = Noise(kViewSize);
  float out[kClasses];
  constexpr alexnet_status kBad = ALEXNET_INVALID_ARGUMENT;
  const auto text = [&](size_t in, int64_t count, size_t size) {
    return REFUSED(kBad, alexnet_queue_run(queue.get(), view.data(), in, count,
                                           nullptr, out, size, e));
  };
  EXPECT_EQ(text(kViewSize, 0, kClasses).rfind("count: ", 0), 0U);
  EXPECT_EQ(text(kViewSize - 1, 1, kClasses).rfind("view_size: ", 0), 0U);
  EXPECT_EQ(text(kViewSize, 1, kClasses - 1).rfind("output_size: ", 0), 0U);
  REFUSED(kBad, alexnet_queue_run(queue.get(), nullptr, kViewSize, 1, nullptr,
                                  out, kClasses, e));
  OK(alexnet_queue_close(queue.get(), 0, e));
  good.join();
  EXPECT_NE(REFUSED(ALEXNET_FAILED_PRECONDITION,
                    RunIn(queue.get(), view, &got, nullptr, e))
                .find("closed"),
            std::string::npos);
}

TEST(QueueTest, OptionsOutOfRangeAreRefused) {
  const Model model = TinyModel();
  const auto refused = [&](const char* field, auto change) {
    auto options = Options(alexnet_queue_options_init);
    options.threads = 1;
    change(options);
    auto* queue = reinterpret_cast<alexnet_queue*>(uintptr_t{0x10});
    const std::string text =
        REFUSED(ALEXNET_INVALID_ARGUMENT,
                alexnet_queue_create(model.get(), &options, &queue, e));
    EXPECT_EQ(text.rfind(field, 0), 0U) << text;
    EXPECT_EQ(queue, nullptr);
  };
  using Given = alexnet_queue_options;
  refused("batch", [](Given& o) { o.batch = 4097; });
  refused("threads", [](Given& o) { o.threads = -1; });
  refused("max_wait_milliseconds",
          [](Given& o) { o.max_wait_milliseconds = -1; });
  refused("capacity", [](Given& o) { o.capacity = -1; });
  refused("when_full", [](Given& o) { o.when_full = 2; });
}

TEST(QueueTest, CallersGiveUpByTokenAndByTime) {
  const Model model = TinyModel();
  const Queue queue = MakeQueue(model.get(), 2, kForEver);
  alexnet_cancel_token* token = nullptr;
  OK(alexnet_cancel_token_create(&token, e));
  const Token owned(token);
  auto limits = Options(alexnet_limits_init);
  limits.cancel = token;
  std::vector<float> got;
  std::thread leaver([&] {
    EXPECT_EQ(RunIn(queue.get(), Noise(kViewSize), &got, &limits),
              ALEXNET_CANCELLED);
  });
  AwaitWaiting(queue.get(), 1);
  alexnet_cancel_token_cancel(token);
  leaver.join();
  auto short_time = Options(alexnet_limits_init);
  short_time.timeout_seconds = 0.5;
  EXPECT_EQ(RunIn(queue.get(), Noise(kViewSize), &got, &short_time),
            ALEXNET_DEADLINE_EXCEEDED);
  EXPECT_EQ(Info(queue.get()).given_up, 2);
  EXPECT_EQ(Info(queue.get()).batches, 0);
}

TEST(QueueTest, ClosingWithCancelEndsWhatWaits) {
  const Model model = TinyModel();
  const Queue queue = MakeQueue(model.get(), 2, kForEver);
  std::thread waiting([&] {
    std::vector<float> got;
    EXPECT_EQ(RunIn(queue.get(), Noise(kViewSize), &got), ALEXNET_CANCELLED);
  });
  AwaitWaiting(queue.get(), 1);
  OK(alexnet_queue_close(queue.get(), 1, e));
  waiting.join();
}

TEST(QueueTest, ItMayBeFreedWhileCallsAreInside) {
  Model model = TinyModel();
  Queue queue = MakeQueue(model.get(), 2, kForEver);
  alexnet_queue* const raw = queue.get();
  std::thread inside([raw] {
    // Less than it would wait for another.
    auto limits = Options(alexnet_limits_init);
    limits.timeout_seconds = 20;
    std::vector<float> got;
    EXPECT_EQ(RunIn(raw, Noise(kViewSize), &got, &limits), ALEXNET_OK);
    EXPECT_EQ(got.size(), static_cast<size_t>(kClasses));
  });
  AwaitWaiting(raw, 1);
  model.reset();
  queue.reset();
  inside.join();
}

TEST(QueueTest, AChildFreesItAndIsRefusedCalls) {
  if (kThreadSanitizer) GTEST_SKIP() << "TSan does not follow a fork";
  const Model model = TinyModel();
  for (const int32_t threads : {1, 2}) {
    Queue queue = MakeQueue(model.get(), 2, 0, threads);
    std::vector<float> got;
    EXPECT_EQ(RunIn(queue.get(), Noise(kViewSize), &got), ALEXNET_OK);
    EXPECT_EQ(alexnet::EndOfChild([&] {
                alexnet_error* error = nullptr;
                if (RunIn(queue.get(), Noise(kViewSize), &got, nullptr,
                          &error) != ALEXNET_FAILED_PRECONDITION) {
                  return 1;
                }
                const std::string text = alexnet_error_text(error);
                alexnet_error_free(error);
                if (text.rfind("queue: made before fork", 0) != 0) return 2;
                auto info = Options(alexnet_queue_info_init);
                if (alexnet_queue_get_info(queue.get(), &info, nullptr) !=
                    ALEXNET_FAILED_PRECONDITION) {
                  return 3;
                }
                queue.reset();
                return 0;
              }),
              "exit 0");
    EXPECT_EQ(RunIn(queue.get(), Noise(kViewSize), &got), ALEXNET_OK);
  }
}

TEST(QueueTest, WithoutAThreadThereIsNone) {
  const Model model = TinyModel();
  EXPECT_EQ(alexnet::EndOfChild([&] {
              if (!alexnet::LimitThreads(0)) return 0;
              auto options = Options(alexnet_queue_options_init);
              options.threads = 1;
              alexnet_queue* queue = nullptr;
              alexnet_error* error = nullptr;
              const alexnet_status status =
                  alexnet_queue_create(model.get(), &options, &queue, &error);
              alexnet_error_free(error);
              return status == ALEXNET_OK || queue != nullptr ? 1 : 0;
            }),
            "exit 0");
}

TEST(QueueTest, NullIsRefused) {
  constexpr alexnet_status kBad = ALEXNET_INVALID_ARGUMENT;
  const Model model = TinyModel();
  alexnet_queue_free(nullptr);
  REFUSED(kBad, alexnet_queue_create(model.get(), nullptr, nullptr, e));
  auto* queue = reinterpret_cast<alexnet_queue*>(uintptr_t{0x10});
  REFUSED(kBad, alexnet_queue_create(nullptr, nullptr, &queue, e));
  EXPECT_EQ(queue, nullptr);
  auto info = Options(alexnet_queue_info_init);
  REFUSED(kBad, alexnet_queue_get_info(nullptr, &info, e));
  REFUSED(kBad, alexnet_queue_close(nullptr, 0, e));
  float value = 0;
  REFUSED(kBad,
          alexnet_queue_run(nullptr, &value, 1, 1, nullptr, &value, 1, e));
  const Queue made = MakeQueue(model.get(), 1, 0);
  REFUSED(kBad, alexnet_queue_get_info(made.get(), nullptr, e));
}

}  // namespace
}  // namespace alexnet_test
