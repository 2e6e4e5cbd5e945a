// Training, whole: a folder in, a model out.

#ifndef ALEXNET_CPP_TRAINING_HPP_
#define ALEXNET_CPP_TRAINING_HPP_

#include <alexnet/alexnet.h>

#include <cstdint>
#include <string_view>

#include "cancel.hpp"
#include "detail.hpp"
#include "model.hpp"
#include "progress.hpp"

namespace alexnet {
inline namespace v0 {

using TrainOptions =
    detail::Struct<alexnet_train_options, alexnet_train_options_init>;
using TrainReport =
    detail::Struct<alexnet_train_report, alexnet_train_report_init>;
using FinetuneOptions =
    detail::Struct<alexnet_finetune_options, alexnet_finetune_options_init>;

// This process among those that mpirun or srun started together, from 0, and
// how many these are; 0 of 1 where none did.
inline int32_t launcher_rank() { return alexnet_launcher_rank(); }
inline int32_t launcher_size() { return alexnet_launcher_size(); }

// What a run tells, from the thread that runs it. An exception stops the run,
// whose checkpoint is written, and is then thrown by train().
class TrainListener {
 public:
  virtual ~TrainListener() = default;
  virtual void on_start(const alexnet_train_start& /*start*/) {}
  virtual void on_progress(std::string_view /*doing*/, int64_t /*done*/,
                           int64_t /*total*/) {}
  virtual void on_step(const alexnet_step_report& /*report*/) {}
  virtual void on_epoch(const alexnet_epoch_report& /*report*/) {}
  virtual void on_checkpoint(std::string_view /*path*/, bool /*best*/) {}
};

namespace detail {

struct ListenerRelay : Relay {
  explicit ListenerRelay(TrainListener* to) : listener(to) {
    if (listener == nullptr) return;
    c.user = this;
    c.on_start = [](void* user, const alexnet_train_start* start) {
      auto* self = static_cast<ListenerRelay*>(user);
      return self->run([&] { self->listener->on_start(*start); });
    };
    c.on_progress = [](void* user, const char* doing, int64_t done,
                       int64_t total) {
      auto* self = static_cast<ListenerRelay*>(user);
      return self->run(
          [&] { self->listener->on_progress(doing, done, total); });
    };
    c.on_step = [](void* user, const alexnet_step_report* report) {
      auto* self = static_cast<ListenerRelay*>(user);
      return self->run([&] { self->listener->on_step(*report); });
    };
    c.on_epoch = [](void* user, const alexnet_epoch_report* report) {
      auto* self = static_cast<ListenerRelay*>(user);
      return self->run([&] { self->listener->on_epoch(*report); });
    };
    c.on_checkpoint = [](void* user, const char* path, int32_t best) {
      auto* self = static_cast<ListenerRelay*>(user);
      return self->run([&] { self->listener->on_checkpoint(path, best != 0); });
    };
  }
  TrainListener* listener;
  Struct<alexnet_train_listener, alexnet_train_listener_init> c;
};

}  // namespace detail

inline TrainReport train(const TrainOptions& options,
                         TrainListener* listener = nullptr,
                         const Limits& limits = {}) {
  detail::ListenerRelay relay(listener);
  TrainReport report;
  relay.call(alexnet_train, &options, &relay.c, &limits, &report);
  return report;
}

inline TrainReport finetune(const Model& model, const FinetuneOptions& options,
                            const TrainOptions& train,
                            TrainListener* listener = nullptr,
                            const Limits& limits = {}) {
  detail::ListenerRelay relay(listener);
  TrainReport report;
  relay.call(alexnet_finetune, model.get(), &options, &train, &relay.c, &limits,
             &report);
  return report;
}

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_TRAINING_HPP_
