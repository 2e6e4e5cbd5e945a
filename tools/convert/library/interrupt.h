// Interrupt: when a long call has to stop.

#ifndef ALEXNET_TOOLS_CONVERT_LIBRARY_INTERRUPT_H_
#define ALEXNET_TOOLS_CONVERT_LIBRARY_INTERRUPT_H_

#include <alexnet/alexnet.hpp>
#include <chrono>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {

// What alexnet_limits asks for; the time counts from here.
class Interrupt {
 public:
  explicit Interrupt(const alexnet_limits& limits)
      : limits_(limits), start_(std::chrono::steady_clock::now()) {
    if (!(limits.timeout_seconds >= 0.0)) {
      throw Invalid("timeout_seconds", "must be 0 (none) or above");
    }
  }

  // Throws where the token is cancelled or the time is over.
  void Check() const {
    if (alexnet_cancel_token_cancelled(limits_.cancel) != 0) {
      throw Error(ALEXNET_CANCELLED, "cancelled");
    }
    if (limits_.timeout_seconds > 0.0 && Left() <= 0.0) {
      throw Error(ALEXNET_DEADLINE_EXCEEDED, "the time is over");
    }
  }

  // For the calls that this one makes: the same token, what is left of the
  // time.
  Limits Rest() const {
    Check();
    Limits rest;
    rest.cancel = limits_.cancel;
    if (limits_.timeout_seconds > 0.0) rest.timeout_seconds = Left();
    return rest;
  }

 private:
  double Left() const {
    const std::chrono::duration<double> passed =
        std::chrono::steady_clock::now() - start_;
    return limits_.timeout_seconds - passed.count();
  }

  alexnet_limits limits_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_LIBRARY_INTERRUPT_H_
