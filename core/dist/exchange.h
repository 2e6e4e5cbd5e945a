// Exchange: how a rank on the host carries out the operations of its queue.
// HostCommunicator owns the queue and its thread.

#ifndef ALEXNET_CORE_DIST_EXCHANGE_H_
#define ALEXNET_CORE_DIST_EXCHANGE_H_

#include <chrono>
#include <optional>

#include "core/base/status.h"
#include "core/dist/operation.h"

namespace alexnet {

// All but Abort, rank and size is called on the queue's thread.
class Exchange {
 public:
  virtual ~Exchange() = default;

  // The first call. Afterwards rank and size are known.
  virtual Status Start() { return Status(); }
  virtual int rank() const = 0;
  virtual int size() const = 0;

  // `operation` will be run when those before it are done.
  virtual Status Announce(const Operation&) { return Status(); }
  // Does it. Once it returns, nobody touches the operation's memory. Fails with
  // the failure of the group, which it tells the others of.
  virtual Status Run(const Operation& operation) = 0;

  // Called between operations, and while there are none at this interval.
  virtual std::optional<std::chrono::milliseconds> attention() const {
    return std::nullopt;
  }
  virtual Status Attend() { return Status(); }

  // Makes `why` the failure of the group unless it has failed already, wakes
  // whoever runs, and returns the failure. From any thread.
  virtual Status Abort(const Status& why) = 0;

  // The last call.
  virtual Status Leave() = 0;
};

// `why` as other ranks see it.
Status FailureOfRank(int rank, const Status& why);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_EXCHANGE_H_
