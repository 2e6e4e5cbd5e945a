// Cancelling and deadlines.

#ifndef ALEXNET_CPP_CANCEL_HPP_
#define ALEXNET_CPP_CANCEL_HPP_

#include <alexnet/alexnet.h>

#include "detail.hpp"

namespace alexnet {
inline namespace v0 {

using Limits = detail::Struct<alexnet_limits, alexnet_limits_init>;

class CancelToken {
 public:
  CancelToken() {
    alexnet_cancel_token* made = nullptr;
    detail::call(alexnet_cancel_token_create, &made);
    handle_.reset(made);
  }
  // From any thread, callback or signal handler.
  void cancel() { alexnet_cancel_token_cancel(handle_.get()); }
  bool cancelled() const {
    return alexnet_cancel_token_cancelled(handle_.get()) != 0;
  }
  alexnet_cancel_token* get() const { return handle_.get(); }

 private:
  detail::Handle<alexnet_cancel_token, alexnet_cancel_token_free> handle_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_CANCEL_HPP_
