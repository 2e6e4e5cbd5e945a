// Patience: how to wait for what only asking again and again can tell.

#ifndef ALEXNET_CORE_DIST_PATIENCE_H_
#define ALEXNET_CORE_DIST_PATIENCE_H_

#include <chrono>
#include <thread>

namespace alexnet {

// Awake at first, then at the cost of others' threads less and less.
class Patience {
 public:
  // Between two questions.
  void Rest() {
    const auto waited = std::chrono::steady_clock::now() - start_;
    if (waited < std::chrono::microseconds(20)) {
      __builtin_ia32_pause();
    } else if (waited < std::chrono::microseconds(200)) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  }

 private:
  const std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_PATIENCE_H_
