// Ledger: what ranks of one process have put into their queues, so that
// operations that do not fit are found without waiting for them.

#ifndef ALEXNET_CORE_DIST_LEDGER_H_
#define ALEXNET_CORE_DIST_LEDGER_H_

#include <chrono>
#include <deque>
#include <vector>

#include "core/base/status.h"
#include "core/dist/operation.h"

namespace alexnet {

// Not thread safe.
class Ledger {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Ledger(int size);

  // What `rank` puts into its queue. Fails where a peer has put another one
  // there in its place, or has gone.
  Status Enter(int rank, const Operation& operation, Time now);
  // `rank` puts nothing any more. Fails where a peer waits for it.
  Status Leave(int rank);
  // Fails where a peer waits for a rank for longer than `late`.
  Status CheckTime(Time now, std::chrono::milliseconds late) const;

 private:
  struct Entry {
    Signature signature;
    Time time;
  };

  // What `from` has put there towards `to`, and `to` has not yet towards it.
  std::deque<Entry>& Waiting(int from, int to) {
    return waiting_[static_cast<size_t>(from * size_ + to)];
  }
  const std::deque<Entry>& Waiting(int from, int to) const {
    return waiting_[static_cast<size_t>(from * size_ + to)];
  }

  const int size_;
  std::vector<std::deque<Entry>> waiting_;
  std::vector<bool> left_;
  std::vector<int> peers_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_LEDGER_H_
