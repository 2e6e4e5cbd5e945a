#include "core/base/cancel.h"

namespace alexnet {

Status Interrupt::Check() const {
  if ((token != nullptr && token->cancelled()) ||
      (own_token != nullptr && own_token->cancelled())) {
    return CancelledError("cancelled by the caller");
  }
  if (rank_token != nullptr && rank_token->cancelled()) {
    return CancelledError("another rank has gone");
  }
  if (deadline && std::chrono::steady_clock::now() >= *deadline) {
    return DeadlineExceededError(
        "the deadline passed before the work was done; allow more time");
  }
  return Status();
}

bool IsInterruption(const Status& status) {
  return status.code() == StatusCode::kCancelled ||
         status.code() == StatusCode::kDeadlineExceeded;
}

}  // namespace alexnet
