// Calls that nobody would write, one after another: make, run, cancel, train,
// close, free and misuse, in any order.

#ifndef ALEXNET_TESTS_CAPI_RANDOM_PLAYER_H_
#define ALEXNET_TESTS_CAPI_RANDOM_PLAYER_H_

#include <cstdint>

#include "tests/capi/shelves.h"

namespace alexnet_test {

// Makes `calls` calls, which `seed` chooses, on the handles of `shelves`, until
// an expectation of the test fails: each gives a status that it may give.
void PlayCalls(Shelves* shelves, uint64_t seed, uint64_t calls);

}  // namespace alexnet_test

#endif  // ALEXNET_TESTS_CAPI_RANDOM_PLAYER_H_
