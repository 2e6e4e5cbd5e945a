// CancelToken and Deadline: how a caller stops a long call.

#ifndef ALEXNET_CORE_BASE_CANCEL_H_
#define ALEXNET_CORE_BASE_CANCEL_H_

#include <atomic>
#include <chrono>
#include <optional>

#include "core/base/status.h"

namespace alexnet {

// Set from any thread or from a signal handler; never unset by the engine.
class CancelToken {
 public:
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

// What a long call checks between its steps. Copyable; the tokens are borrowed
// and must outlive the call.
struct Interrupt {
  const CancelToken* token = nullptr;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  // A second one: of the call itself, for its callbacks.
  const CancelToken* own_token = nullptr;
  // A third: of ranks, one of which has gone. Who sets it knows more to say.
  const CancelToken* rank_token = nullptr;

  // OK, kCancelled or kDeadlineExceeded.
  Status Check() const;
};

// Whether that is what a call failed with.
bool IsInterruption(const Status& status);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_CANCEL_H_
