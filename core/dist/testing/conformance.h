// What every communicator does, as checks that each rank runs.

#ifndef ALEXNET_CORE_DIST_TESTING_CONFORMANCE_H_
#define ALEXNET_CORE_DIST_TESTING_CONFORMANCE_H_

#include <span>

#include "core/dist/communicator.h"

namespace alexnet {

struct ConformanceCase {
  const char* name;
  // With expectations of GoogleTest, at 1 to 8 ranks; those that fail: 2 to 8.
  void (*run)(Communicator& communicator);
};

// After these the communicator goes on.
std::span<const ConformanceCase> ConformanceCases();
// After these it has failed, on all ranks.
std::span<const ConformanceCase> FailureCases();

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_TESTING_CONFORMANCE_H_
