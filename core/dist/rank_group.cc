#include "core/dist/rank_group.h"

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/no_thread_error.h"
#include "core/dist/local_group.h"
#include "core/dist/run_rank.h"

namespace alexnet {
namespace {

// What came of a group's ranks.
class FirstFailure {
 public:
  void Add(const Status& status) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (status_.ok()) status_ = status;
  }
  Status status() const { return status_; }  // once all have ended

 private:
  std::mutex mutex_;
  Status status_;
};

// The communicator ends with its rank.
void RunAndEnd(const std::function<Status(Communicator&)>& run,
               std::unique_ptr<Communicator> communicator,
               FirstFailure* failure) {
  const Status status = RunRank(run, *communicator);
  if (!status.ok()) failure->Add(status);
}

}  // namespace

Status RunLocalRanks(int size, const CommLimits& limits,
                     const std::function<Status(Communicator&)>& run) {
  ALEXNET_ASSIGN_OR_RETURN(auto group, CreateLocalGroup(size, limits));
  FirstFailure failure;
  std::vector<std::thread> threads;
  threads.reserve(static_cast<size_t>(size));
  bool complete = true;
  for (int rank = 1; rank < size && complete; ++rank) {
    try {
      threads.emplace_back(
          [&run, &failure, communicator = std::ref(group[rank])] {
            RunAndEnd(run, std::move(communicator.get()), &failure);
          });
    } catch (const std::exception&) {  // no thread, or no memory for it
      complete = false;
    }
  }
  if (complete) {
    RunAndEnd(run, std::move(group[0]), &failure);
  } else {
    failure.Add(NoThreadError());
    group[0]->Abort(NoThreadError());
  }
  for (std::thread& thread : threads) thread.join();
  return failure.status();
}

}  // namespace alexnet
