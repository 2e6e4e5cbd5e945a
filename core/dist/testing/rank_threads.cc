#include "core/dist/testing/rank_threads.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>

namespace alexnet {
namespace {

class ConformanceTest : public ::testing::Test {
 public:
  ConformanceTest(const ConformanceCase& which, Group (*make_group)(int),
                  int size)
      : which_(which), make_group_(make_group), size_(size) {}
  void TestBody() override { RunOnThreads(make_group_(size_), which_.run); }

 private:
  const ConformanceCase& which_;
  Group (*const make_group_)(int);
  const int size_;
};

}  // namespace

void RunOnThreads(Group group, const std::function<void(Communicator&)>& rank) {
  std::vector<std::thread> threads;
  for (std::unique_ptr<Communicator>& each : group) {
    threads.emplace_back([&rank, communicator = std::move(each)]() mutable {
      rank(*communicator);
      communicator.reset();
    });
  }
  for (std::thread& thread : threads) thread.join();
}

bool RegisterConformanceTests(const char* suite, std::span<const int> sizes,
                              Group (*make_group)(int size), Sums sums) {
  const auto add = [&](const ConformanceCase& which, int size) {
    const std::string name = which.name + ("/" + std::to_string(size));
    ::testing::RegisterTest(suite, name.c_str(), nullptr, nullptr, __FILE__,
                            __LINE__, [=, &which]() -> ::testing::Test* {
                              return new ConformanceTest(which, make_group,
                                                         size);
                            });
  };
  for (const int size : sizes) {
    for (const ConformanceCase& each : ConformanceCases()) {
      if (sums == Sums::kByRank || !each.sums_go_by_rank) add(each, size);
    }
    if (size < 2) continue;
    for (const ConformanceCase& each : FailureCases()) add(each, size);
  }
  return true;
}

}  // namespace alexnet
