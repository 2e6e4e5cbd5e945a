#include "core/dist/rank_group.h"

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/thread_supply.h"
#include "core/dist/local_group.h"

namespace alexnet {
namespace {

Status RunCatching(const std::function<Status(Communicator&)>& run,
                   Communicator& communicator) {
  try {
    return run(communicator);
  } catch (const std::bad_alloc&) {
    return OutOfMemoryError("not enough memory; use a smaller batch");
  } catch (const std::exception& error) {
    return InternalError(std::string("unexpected exception: ") + error.what());
  } catch (...) {
    return InternalError("unexpected exception of an unknown type");
  }
}

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

}  // namespace

Status RunRank(std::unique_ptr<Communicator> communicator,
               const std::function<Status(Communicator&)>& run) {
  const Status status = RunCatching(run, *communicator);
  if (status.ok()) return status;
  communicator->Abort(status);
  // That of the group: another rank may have been first.
  return communicator->size() == 1 ? status : communicator->Finish();
}

Status RunLocalRanks(int size, const CommLimits& limits,
                     const std::function<Status(Communicator&)>& run) {
  ALEXNET_ASSIGN_OR_RETURN(auto group, CreateLocalGroup(size, limits));
  FirstFailure failure;
  std::vector<std::thread> threads;
  bool complete = true;
  for (int rank = 1; rank < size && complete; ++rank) {
    try {
      threads.emplace_back(
          [&run, &failure, communicator = std::ref(group[rank])] {
            failure.Add(RunRank(std::move(communicator.get()), run));
          });
    } catch (const std::system_error&) {
      complete = false;
    }
  }
  if (complete) {
    failure.Add(RunRank(std::move(group[0]), run));
  } else {
    failure.Add(NoThreadError());
    group[0]->Abort(NoThreadError());
  }
  for (std::thread& thread : threads) thread.join();
  return failure.status();
}

}  // namespace alexnet
