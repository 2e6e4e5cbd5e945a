// Calls of the C interfaces with each call below them failing in turn.

#ifndef ALEXNET_TESTS_FAULTS_CALLS_SWEEP_H_
#define ALEXNET_TESTS_FAULTS_CALLS_SWEEP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/faults/sweep.h"

namespace alexnet::faults {

// What can be swept over: "session_run" and its like.
std::vector<std::string> CallNames(const std::string& work);

// As Sweeper's, without faults that kill: what they leave is seen with the
// command. Beside what is wrong there, a descriptor or memory that stays after
// a call that failed is (kLeak; spared where it may be protobuf's or the
// loader's), and a handle that does not work afterwards (kNotRecovered).
Count SweepCall(const std::string& call, const Fault& fault,
                const std::string& given, const std::string& work,
                uint64_t most, uint64_t seed, bool all);

// Whether SweepCall takes the fault.
bool IsForCalls(const Fault& fault);

}  // namespace alexnet::faults

#endif  // ALEXNET_TESTS_FAULTS_CALLS_SWEEP_H_
