#include "core/dist/testing/early_copy.h"

#include <gtest/gtest.h>

#include <barrier>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace alexnet {
namespace {

using Floats = std::vector<float>;

constexpr int64_t kCount = 100;
constexpr int64_t kBytes = kCount * int64_t{sizeof(float)};

Status RunRank(Backend& backend, int ranks, Communicator& comm,
               std::barrier<>* together) {
  Floats data(kCount, 1.0f);
  Floats early(kCount);
  Floats late(kCount);
  ALEXNET_ASSIGN_OR_RETURN(const auto summed, comm.CreateFence());
  Device& device = backend.device();
  ALEXNET_RETURN_IF_ERROR(
      comm.AllReduce(data.data(), data.data(), kCount, ElementType::kF32));
  ALEXNET_RETURN_IF_ERROR(comm.Signal(*summed));
  const auto copy_early = [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto copied, device.CreateFence());
    ALEXNET_RETURN_IF_ERROR(
        device.Copy(data.data(), kBytes, early.data(), Queue::kCompute));
    ALEXNET_RETURN_IF_ERROR(device.Signal(Queue::kCompute, *copied));
    return device.WaitOnHost(*copied);
  };
  const Status copied = backend.Run(copy_early);
  // Before any rank waits for sums.
  together->arrive_and_wait();
  ALEXNET_RETURN_IF_ERROR(copied);
  ALEXNET_RETURN_IF_ERROR(comm.Wait(*summed));
  const auto copy_late = [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(
        device.Copy(data.data(), kBytes, late.data(), Queue::kCompute));
    return device.Finish();
  };
  ALEXNET_RETURN_IF_ERROR(backend.Run(copy_late));
  EXPECT_EQ(early, Floats(kCount, 1.0f));
  EXPECT_EQ(late, Floats(kCount, static_cast<float>(ranks)));
  return comm.Finish();
}

}  // namespace

void ExpectOldValuesWithoutAFence(
    const std::vector<std::shared_ptr<Backend>>& backends, Group group) {
  const auto ranks = static_cast<int>(backends.size());
  std::barrier<> together(ranks);
  RunOnThreads(std::move(group), [&](Communicator& comm) {
    const Status status = RunRank(*backends[static_cast<size_t>(comm.rank())],
                                  ranks, comm, &together);
    EXPECT_TRUE(status.ok()) << status.ToString();
  });
}

}  // namespace alexnet
