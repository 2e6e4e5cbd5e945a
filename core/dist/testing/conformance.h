// What every communicator does, as checks that each rank runs.

#ifndef ALEXNET_CORE_DIST_TESTING_CONFORMANCE_H_
#define ALEXNET_CORE_DIST_TESTING_CONFORMANCE_H_

#include <cstdint>
#include <span>

#include "core/dist/communicator.h"

namespace alexnet {

// What a communicator promises of them.
enum class Sums : int8_t { kByRank = 0, kInAnyOrder = 1 };

struct ConformanceCase {
  const char* name;
  // With expectations of GoogleTest, at 1 to 8 ranks; those that fail: 2 to 8.
  void (*run)(Communicator& communicator);
  bool sums_go_by_rank = false;  // what it is about
};

// After these the communicator goes on.
std::span<const ConformanceCase> ConformanceCases();
// After these it has failed, on all ranks.
std::span<const ConformanceCase> FailureCases();

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_TESTING_CONFORMANCE_H_
