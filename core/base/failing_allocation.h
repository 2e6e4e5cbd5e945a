// Lets memory run out. Linking this library replaces the operators new and
// delete.

#ifndef ALEXNET_CORE_BASE_FAILING_ALLOCATION_H_
#define ALEXNET_CORE_BASE_FAILING_ALLOCATION_H_

#include <functional>

namespace alexnet::testing {

// Calls `call` once for each allocation that it makes on this thread: the first
// fails in the first call, the second in the second, and so on, and none in the
// last call. An std::bad_alloc that comes out of `call` ends there.
void FailEachAllocation(const std::function<void()>& call);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_BASE_FAILING_ALLOCATION_H_
