// Counts what a program allocates by operator new. Linking this library
// replaces the operators.

#ifndef ALEXNET_CORE_EXEC_ALLOCATION_COUNTER_H_
#define ALEXNET_CORE_EXEC_ALLOCATION_COUNTER_H_

#include <cstddef>
#include <cstdint>

namespace alexnet::testing {

struct AllocationCounts {
  int64_t allocations = 0;
  size_t largest = 0;  // bytes
};

// Of all threads, since the last reset.
void ResetAllocationCounts();
AllocationCounts ReadAllocationCounts();

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_EXEC_ALLOCATION_COUNTER_H_
