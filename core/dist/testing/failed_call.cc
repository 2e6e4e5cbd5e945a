#include "core/dist/testing/failed_call.h"

#include <gtest/gtest.h>

#include <barrier>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/testing/throwing_backend.h"
#include "core/base/caught.h"

namespace alexnet {
namespace {

using Backends = std::vector<std::shared_ptr<Backend>>;

constexpr int64_t kCount = 100;

// Of a sum that may fail. Rank `first` returns from Finish before another calls
// it.
void ExpectUntouched(const Backends& backends, Group group, int first,
                     const std::string& what) {
  const auto ranks = static_cast<std::ptrdiff_t>(backends.size());
  // To the end of all ranks, so that what is written late is seen.
  std::vector<std::vector<float>> data(
      backends.size(), std::vector<float>(static_cast<size_t>(kCount), 1.0f));
  std::barrier<> together(ranks);
  RunOnThreads(std::move(group), [&](Communicator& comm) {
    const auto rank = static_cast<size_t>(comm.rank());
    std::vector<float>& own = data[rank];
    const Status summed = Caught([&] {
      return comm.AllReduce(own.data(), own.data(), kCount, ElementType::kF32);
    });
    if (!summed.ok()) comm.Abort(summed);
    together.arrive_and_wait();
    if (comm.rank() != first) together.arrive_and_wait();
    static_cast<void>(comm.Finish());
    const std::vector<float> finished = own;
    if (comm.rank() == first) together.arrive_and_wait();
    together.arrive_and_wait();
    static_cast<void>(
        backends[rank]->Run([&] { return backends[rank]->device().Finish(); }));
    together.arrive_and_wait();
    EXPECT_EQ(own, finished) << "of rank " << rank << "; " << what;
  });
}

}  // namespace

void ExpectNothingWrittenAfterFinish(
    int ranks, Backends (*make_backends)(int),
    Result<Group> (*make_group)(const Backends&)) {
  // Gives the number of calls.
  const auto run = [&](int64_t fails_at, int first) {
    const Backends backends = make_backends(ranks);
    Group group = make_group(backends).value();
    emulation::FailCall(fails_at, cudaErrorMemoryAllocation, /*lost=*/false);
    ExpectUntouched(backends, std::move(group), first,
                    "call " + std::to_string(fails_at) + " fails, rank " +
                        std::to_string(first) + " is first to finish");
    const int64_t calls = emulation::Calls();
    const char* failed = emulation::FailedCall();
    emulation::FailCall(-1, cudaSuccess, false);
    EXPECT_EQ(failed != nullptr, fails_at >= 0 && fails_at < calls);
    return calls;
  };
  for (int first = 0; first < ranks; ++first) {
    const int64_t calls = run(-1, first);
    for (int64_t at = 0; at < calls; ++at) {
      run(at, first);
    }
  }
}

void ExpectNothingWrittenAfterThrow(
    int ranks, Backends (*make_backends)(int),
    Result<Group> (*make_group)(const Backends&)) {
  // Gives whether it has thrown.
  const auto run = [&](int thrower, int others, int first) {
    Backends backends = make_backends(ranks);
    auto& own = backends[static_cast<size_t>(thrower)];
    const auto throwing = std::make_shared<testing::ThrowingBackend>(own);
    own = throwing;
    Group group = make_group(backends).value();
    throwing->Arm(others);
    ExpectUntouched(backends, std::move(group), first,
                    "rank " + std::to_string(thrower) + " throws after " +
                        std::to_string(others) + " others, rank " +
                        std::to_string(first) + " is first to finish");
    return throwing->thrown();
  };
  for (int first = 0; first < ranks; ++first) {
    for (int thrower = 0; thrower < ranks; ++thrower) {
      // Those of a sum: whether it may begin, the sum, and the wait for others.
      for (int others = 0; others < 3; ++others) {
        EXPECT_TRUE(run(thrower, others, first));
      }
    }
  }
}

}  // namespace alexnet
