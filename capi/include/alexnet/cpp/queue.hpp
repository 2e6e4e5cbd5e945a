// Batching queues: many callers of one model on one device.

#ifndef ALEXNET_CPP_QUEUE_HPP_
#define ALEXNET_CPP_QUEUE_HPP_

#include <alexnet/alexnet.h>

#include <cstdint>

#include "cancel.hpp"
#include "detail.hpp"
#include "model.hpp"
#include "span.hpp"

namespace alexnet {
inline namespace v0 {

using QueueOptions =
    detail::Struct<alexnet_queue_options, alexnet_queue_options_init>;
using QueueInfo = detail::Struct<alexnet_queue_info, alexnet_queue_info_init>;

// Used from any number of threads at once.
class Queue {
 public:
  explicit Queue(const Model& model, const QueueOptions& options = {}) {
    alexnet_queue* made = nullptr;
    detail::call(alexnet_queue_create, model.get(), &options, &made);
    handle_.reset(made);
  }

  // Preprocessed views into the caller's `output`, `count` rows of classes.
  void run(Span<const float> views, int64_t count, Span<float> output,
           const Limits& limits = {}) const {
    detail::call(alexnet_queue_run, get(), views.data(), views.size(), count,
                 &limits, output.data(), output.size());
  }
  // Refuses calls from now on; those that are inside are finished, or give
  // ALEXNET_CANCELLED.
  void close(bool cancel = false) const {
    detail::call(alexnet_queue_close, get(), cancel ? 1 : 0);
  }
  QueueInfo info() const {
    QueueInfo result;
    detail::call(alexnet_queue_get_info, get(), &result);
    return result;
  }
  alexnet_queue* get() const { return handle_.get(); }

 private:
  detail::Handle<alexnet_queue, alexnet_queue_free> handle_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_QUEUE_HPP_
