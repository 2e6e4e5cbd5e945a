#include "core/base/failing_allocation.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

// How many of this thread's allocations come before the one that fails; below
// zero: none fails.
thread_local int64_t before_failure = -1;

}  // namespace

void* operator new(size_t size) {
  if (before_failure >= 0 && before_failure-- == 0) throw std::bad_alloc();
  void* data = std::malloc(size > 0 ? size : 1);
  if (data == nullptr) throw std::bad_alloc();
  return data;
}
void operator delete(void* data) noexcept { std::free(data); }
void operator delete(void* data, size_t) noexcept { std::free(data); }

namespace alexnet::testing {

void FailEachAllocation(const std::function<void()>& call) {
  bool failed = true;
  for (int64_t before = 0; failed; ++before) {
    before_failure = before;
    try {
      call();
    } catch (const std::bad_alloc&) {
      // What fails in the end is for the caller of the whole to report.
    }
    failed = before_failure < 0;
    before_failure = -1;
  }
}

}  // namespace alexnet::testing
