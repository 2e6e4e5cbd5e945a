// What random calls are made on: a few handles of each kind, for all threads.

#ifndef ALEXNET_TESTS_CAPI_SHELVES_H_
#define ALEXNET_TESTS_CAPI_SHELVES_H_

#include <alexnet/alexnet.h>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace alexnet_test {

constexpr size_t kSlots = 4;  // of each kind of handle

// Handles that all threads use and replace. One that is taken out is freed by
// whoever uses it last.
template <typename T>
class Shelf {
 public:
  template <typename Handle>
  void Put(size_t slot, Handle handle) {
    std::shared_ptr<T> old = std::move(handle);
    const std::lock_guard lock(mutex_);
    std::swap(handles_[slot % kSlots], old);
  }
  void Clear(size_t slot) { Put(slot, std::shared_ptr<T>()); }
  std::shared_ptr<T> Get(size_t slot) const {
    const std::lock_guard lock(mutex_);
    return handles_[slot % kSlots];
  }

 private:
  mutable std::mutex mutex_;
  std::array<std::shared_ptr<T>, kSlots> handles_;
};

struct Shelves {
  Shelf<alexnet_cancel_token> tokens;
  Shelf<alexnet_context> contexts;
  Shelf<alexnet_model> models;
  Shelf<alexnet_session> sessions;
  Shelf<alexnet_queue> queues;
  Shelf<alexnet_trainer> trainers;

  void Clear() {
    for (size_t slot = 0; slot < kSlots; ++slot) {
      tokens.Clear(slot);
      contexts.Clear(slot);
      models.Clear(slot);
      sessions.Clear(slot);
      queues.Clear(slot);
      trainers.Clear(slot);
    }
  }
};

}  // namespace alexnet_test

#endif  // ALEXNET_TESTS_CAPI_SHELVES_H_
