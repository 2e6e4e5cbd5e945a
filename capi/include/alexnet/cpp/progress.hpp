// Callbacks: how far a long call is.

#ifndef ALEXNET_CPP_PROGRESS_HPP_
#define ALEXNET_CPP_PROGRESS_HPP_

#include <alexnet/alexnet.h>

#include <cstdint>
#include <exception>
#include <functional>

#include "detail.hpp"
#include "error.hpp"

namespace alexnet {
inline namespace v0 {

// Called now and then from the thread that made the call. An exception stops
// the call, which then throws it.
using Progress = std::function<void(int64_t done, int64_t total)>;

namespace detail {

// Carries a C++ callback, and its exception, through a call of C.
class Relay {
 public:
  // Runs `callback`; what a C callback returns.
  template <typename Callback>
  int32_t run(Callback&& callback) {
    try {
      callback();
      return thrown_ == nullptr ? 0 : 1;
    } catch (...) {
      if (thrown_ == nullptr) thrown_ = std::current_exception();
      return 1;
    }
  }
  // Calls the interface; the exception of a callback comes before its error.
  template <typename... Arguments>
  void call(Arguments... arguments) {
    try {
      detail::call(arguments...);
    } catch (const Error&) {
      if (thrown_ == nullptr) throw;
    }
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
  }

 private:
  std::exception_ptr thrown_;
};

struct ProgressRelay : Relay {
  explicit ProgressRelay(const Progress& to) : progress(to) {}
  // Puts the callback into the options of a call.
  template <typename Options>
  void attach(Options* options) {
    if (!progress) return;
    options->progress = [](void* user, int64_t done, int64_t total) {
      auto* self = static_cast<ProgressRelay*>(user);
      return self->run([&] { self->progress(done, total); });
    };
    options->progress_user = this;
  }
  const Progress& progress;
};

}  // namespace detail

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_PROGRESS_HPP_
