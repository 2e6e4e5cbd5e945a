// Calls of the C interfaces that calls.cc lets calls below fail in.

#ifndef ALEXNET_TESTS_FAULTS_CALL_H_
#define ALEXNET_TESTS_FAULTS_CALL_H_

#include <alexnet/alexnet.h>

#include <functional>
#include <string>
#include <vector>

namespace alexnet::faults {

// One call of the interface, whose handles live as long as this.
struct Call {
  // Leaves what it gives for `take`.
  std::function<alexnet_status(alexnet_error**)> make;
  // After a call that succeeded: what it gave, which is freed.
  std::function<std::string()> take = [] { return std::string(); };
  // Before each call, where nothing fails.
  std::function<void()> before = [] {};
};

struct NamedCall {
  const char* name;
  // Of the files of MakeGiven.
  std::function<Call(const std::string& given)> make;
};

std::vector<NamedCall> ModelCalls();    // models, networks, inspection
std::vector<NamedCall> ComputeCalls();  // sessions, queues, trainers, features
std::vector<NamedCall> DataCalls();     // data sets, pictures, runs on them
std::vector<NamedCall> ConvertCalls();  // imports and exports

}  // namespace alexnet::faults

#endif  // ALEXNET_TESTS_FAULTS_CALL_H_
