// Threads and lifetimes.

#include <atomic>
#include <functional>
#include <thread>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

// Enough samples that others can meet the call.
constexpr int64_t kMany = 5000;

class Long {
 public:
  Long() : views_(Noise(kMany * kViewSize)), output_(kMany * kClasses) {}

  alexnet_status Run(alexnet_session* session) {
    return alexnet_session_run(session, views_.data(), views_.size(), kMany,
                               nullptr, output_.data(), output_.size(),
                               nullptr);
  }
  bool Filled() const { return output_.front() > 0 && output_.back() > 0; }

 private:
  std::vector<float> views_;
  std::vector<float> output_;
};

// Runs a long call on a thread of its own until it has got in.
class Worker {
 public:
  explicit Worker(alexnet_session* session)
      : thread_([this, session] {
          do {
            status_ = work_.Run(session);
          } while (status_ == ALEXNET_FAILED_PRECONDITION);
          done_ = true;
        }) {}
  ~Worker() { Join(); }

  // Whether its call has ended.
  bool done() const { return done_; }
  alexnet_status Join() {
    if (thread_.joinable()) thread_.join();
    return status_;
  }
  const Long& work() const { return work_; }

 private:
  Long work_;
  alexnet_status status_ = ALEXNET_INTERNAL;
  std::atomic<bool> done_ = false;
  std::thread thread_;  // last: it uses the others
};

// Waits until the worker is inside; false where its call ended before another
// met it there.
bool MeetInside(alexnet_session* session, const Worker& worker) {
  const std::vector<float> view = Noise(kViewSize);
  float output[kClasses];
  while (!worker.done()) {
    const alexnet_status status = alexnet_session_run(
        session, view.data(), kViewSize, 1, nullptr, output, kClasses, nullptr);
    if (status == ALEXNET_FAILED_PRECONDITION) return true;
    EXPECT_EQ(status, ALEXNET_OK);
    std::this_thread::yield();
  }
  return false;
}

bool RunsOnce(alexnet_session* session) {
  const auto view = Noise(kViewSize);
  float out[kClasses];
  return alexnet_session_run(session, view.data(), kViewSize, 1, nullptr, out,
                             kClasses, nullptr) == ALEXNET_OK;
}

// Has `act` done while a call is inside the session. A call that ended before,
// since this thread had no processor, is made again.
void WhileACallIsInside(
    int32_t threads,
    const std::function<void(Model& model, Session& session)>& act) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    Model model = TinyModel();
    Session session = TinySession(model.get(), threads, 1);
    Worker worker(session.get());
    const bool met = MeetInside(session.get(), worker);
    if (met) act(model, session);
    const bool inside = met && !worker.done();
    EXPECT_EQ(worker.Join(), ALEXNET_OK);
    EXPECT_TRUE(worker.work().Filled());
    // And others may come in afterwards.
    EXPECT_TRUE(session == nullptr || RunsOnce(session.get()));
    if (inside) return;
  }
  ADD_FAILURE() << "no call was met inside";
}

TEST(ThreadsTest, ASecondThreadInOneSessionIsTurnedAway) {
  for (const int32_t threads : {1, 2}) {
    WhileACallIsInside(threads, [](Model&, Session&) {});
  }
}

TEST(ThreadsTest, AModelMayBeFreedBeforeItsSessions) {
  WhileACallIsInside(1, [](Model& model, Session&) { model.reset(); });
}

TEST(ThreadsTest, ASessionMayBeFreedWhileACallIsInside) {
  for (const int32_t threads : {1, 2}) {
    WhileACallIsInside(threads,
                       [](Model&, Session& session) { session.reset(); });
  }
}

TEST(ThreadsTest, SessionsOfOneModelRunAtOnce) {
  const Model model = TinyModel();
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      const Session session = TinySession(model.get());
      for (int i = 0; i < 50; ++i) {
        const auto view = Noise(kViewSize);
        float out[kClasses];
        auto info = Options(alexnet_model_info_init);
        if (alexnet_model_get_info(model.get(), &info, nullptr) == ALEXNET_OK &&
            alexnet_session_run(session.get(), view.data(), kViewSize, 1,
                                nullptr, out, kClasses,
                                nullptr) == ALEXNET_OK) {
          ++good;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 400);
}

}  // namespace
}  // namespace alexnet_test
