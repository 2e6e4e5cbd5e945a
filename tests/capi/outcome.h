// What calls gave where something is short.

#ifndef ALEXNET_TESTS_CAPI_OUTCOME_H_
#define ALEXNET_TESTS_CAPI_OUTCOME_H_

#include <alexnet/alexnet.h>

#include "tests/capi/support.h"

namespace alexnet_test {

// Whether all that failed did so for want of something, and said so. Asserts
// nothing, so that children of fork can use it.
class Outcome {
 public:
  // Whether the call succeeded.
  bool Take(const Call& call);
  void Expect(bool holds) { wrong_ = wrong_ || !holds; }

  bool wrong() const { return wrong_; }
  int failures() const { return failures_; }

 private:
  bool wrong_ = false;
  int failures_ = 0;
};

}  // namespace alexnet_test

#endif  // ALEXNET_TESTS_CAPI_OUTCOME_H_
