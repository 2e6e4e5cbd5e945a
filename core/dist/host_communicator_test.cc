#include "core/dist/host_communicator.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace alexnet {
namespace {

// The only rank, which starts with `start` and is told of `news` at once.
class FailingExchange : public Exchange {
 public:
  FailingExchange(Status start, Status news)
      : start_(std::move(start)), news_(std::move(news)) {}

  Status Start() override { return start_; }
  int rank() const override { return 0; }
  int size() const override { return 1; }
  Status Run(const Operation&) override { return news_; }
  std::optional<std::chrono::milliseconds> attention() const override {
    return std::chrono::milliseconds(0);
  }
  Status Attend() override { return news_; }
  Status Abort(const Status& why) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (failure_.ok()) failure_ = why;
    return failure_;
  }
  Status Leave() override { return Status(); }

 private:
  const Status start_;
  const Status news_;
  std::mutex mutex_;
  Status failure_;
};

Result<std::unique_ptr<Communicator>> Create(const Status& start,
                                             const Status& news) {
  return HostCommunicator::Create(
      std::make_unique<FailingExchange>(start, news));
}

TEST(HostCommunicatorTest, ARankThatCannotStartIsNotCreated) {
  const auto comm = Create(IoError("no network"), Status());
  EXPECT_EQ(comm.status().code(), StatusCode::kIo);
}

// Which comes first, the creation's end or the news, is chance: many times.
TEST(HostCommunicatorTest, NewsOfAFailureAwaitTheFirstOperation) {
  for (int i = 0; i < 1000; ++i) {
    auto comm = Create(Status(), DataLossError("it is cut"));
    ASSERT_TRUE(comm.ok()) << i << ": " << comm.status().ToString();
    static_cast<void>((*comm)->Barrier().ok());
    EXPECT_EQ((*comm)->Finish().code(), StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace alexnet
