#include "core/base/spread.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "core/base/cpu.h"

namespace alexnet {

void Spread(size_t count, size_t per_thread, int threads,
            const std::function<void(size_t)>& fn) {
  std::atomic<size_t> next = 0;
  const auto run = [&] {
    for (size_t i = next++; i < count; i = next++) fn(i);
  };
  if (threads <= 0) threads = AvailableCpus();
  const size_t useful =
      std::min<size_t>(static_cast<size_t>(threads), count / per_thread);
  std::vector<std::jthread> others;
  try {
    while (others.size() + 1 < useful) others.emplace_back(run);
  } catch (const std::exception&) {
    // The process's limit of threads, or of memory.
  }
  run();
  for (std::jthread& thread : others) thread.join();
}

}  // namespace alexnet
