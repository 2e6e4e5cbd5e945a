// Contexts, which carry logs.

#ifndef ALEXNET_CPP_CONTEXT_HPP_
#define ALEXNET_CPP_CONTEXT_HPP_

#include <alexnet/alexnet.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "detail.hpp"

namespace alexnet {
inline namespace v0 {

// Where messages for a person go. Must live as long as what it is given to.
class Context {
 public:
  // `level`: ALEXNET_LOG_WARNING, ... An exception of `log` is dropped.
  using Log = std::function<void(int32_t level, std::string_view message)>;

  explicit Context(Log log, int32_t least = ALEXNET_LOG_DEFAULT)
      : log_(std::make_unique<Log>(std::move(log))) {
    detail::Struct<alexnet_context_options, alexnet_context_options_init>
        options;
    options.log = [](void* user, int32_t level, const char* message) {
      try {
        (*static_cast<const Log*>(user))(level, message);
      } catch (...) {
      }
    };
    options.log_user = log_.get();
    options.log_level = least;
    alexnet_context* made = nullptr;
    detail::call(alexnet_context_create, &options, &made);
    handle_.reset(made);
  }
  void log(int32_t level, const std::string& message) const {
    alexnet_context_log(get(), level, message.c_str());
  }
  alexnet_context* get() const { return handle_.get(); }

 private:
  std::unique_ptr<Log> log_;  // where it stays when this is moved
  detail::Handle<alexnet_context, alexnet_context_free> handle_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_CONTEXT_HPP_
