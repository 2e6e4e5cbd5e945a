#include "core/base/birthplace.h"

#include <pthread.h>

#include <atomic>

namespace alexnet {
namespace {

std::atomic<uint64_t> forks{0};

// When the library is loaded: a fork before the first object harms none.
[[maybe_unused]] const int registered =
    pthread_atfork(nullptr, nullptr, [] { ++forks; });

}  // namespace

uint64_t Birthplace::Generation() {
  return forks.load(std::memory_order_relaxed);
}

Status Birthplace::Check() const {
  if (Here()) return Status();
  return FailedPreconditionError(
      "made before fork, and its threads and devices stayed in the parent; "
      "free "
      "it and make another in this process");
}

}  // namespace alexnet
