// Many callers of one model, each with one picture at a time: a batching queue
// beside a pool of sessions of one thread each, and beside one session behind
// a mutex.
//
//   ./tools/bazel run //tests/bench:queue_bench -- PRESET SECONDS DEVICE
//   CALLERS
//
// with any number of CALLERS; what is left out at the end has a default.

#include <fmt/format.h>

#include <alexnet/alexnet.hpp>
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using alexnet::Span;
// Computes one view of a picture.
using Compute = std::function<void(Span<const float> view, Span<float> row)>;

struct Bench {
  alexnet::Model model;
  std::string device;
  double seconds = 0;
  size_t view_size = 0;
  size_t classes = 0;
};

// A session for each processor, and callers that wait for one. A GPU's sessions
// are as many.
class Pool {
 public:
  explicit Pool(const Bench& bench) {
    alexnet::SessionOptions options;
    options.device = bench.device.c_str();
    options.threads = 1;
    const unsigned count = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; ++i) {
      free_.emplace_back(bench.model, options);
    }
  }
  void Run(Span<const float> view, Span<float> row) {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return !free_.empty(); });
    alexnet::Session session = std::move(free_.back());
    free_.pop_back();
    lock.unlock();
    session.run(view, 1, row);
    lock.lock();
    free_.push_back(std::move(session));
    returned_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<alexnet::Session> free_;
};

// Milliseconds of each call of one caller until `end`, the first aside.
std::vector<double> Call(const Bench& bench, const Compute& compute,
                         Clock::time_point end) {
  const std::vector<float> view(bench.view_size, 0.5F);
  std::vector<float> row(bench.classes);
  compute(view, row);
  std::vector<double> times;
  for (auto start = Clock::now(); start < end;) {
    compute(view, row);
    const auto now = Clock::now();
    times.push_back(
        std::chrono::duration<double, std::milli>(now - start).count());
    start = now;
  }
  return times;
}

void Measure(const Bench& bench, const char* name, int callers,
             const Compute& compute) {
  const auto end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(bench.seconds));
  std::mutex mutex;
  std::vector<double> times;
  double calls_per_second = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&] {
      const std::vector<double> own = Call(bench, compute, end);
      const double total = std::accumulate(own.begin(), own.end(), 0.0);
      const std::lock_guard lock(mutex);
      times.insert(times.end(), own.begin(), own.end());
      if (total > 0) {
        calls_per_second += 1000 * static_cast<double>(own.size()) / total;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (times.empty()) {
    fmt::print("{:>7}  {:<18}  no call ended in time\n", callers, name);
    return;
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[static_cast<size_t>(share *
                                     static_cast<double>(times.size() - 1))];
  };
  fmt::print("{:>7}  {:<18}  {:>9.2f}  {:>9.2f}  {:>10.1f}\n", callers, name,
             at(0.5), at(0.99), calls_per_second);
  std::fflush(stdout);
}

void MeasureQueue(const Bench& bench, int callers) {
  alexnet::QueueOptions options;
  options.device = bench.device.c_str();
  const alexnet::Queue queue(bench.model, options);
  Measure(bench, "queue", callers,
          [&](Span<const float> view, Span<float> row) {
            queue.run(view, 1, row);
          });
  const alexnet::QueueInfo info = queue.info();
  fmt::print("{:>7}  {:<18}  mean batch {:.1f}, longest wait {:.1f} ms\n", "",
             "", info.mean_batch, info.longest_wait_milliseconds);
}

void MeasurePool(const Bench& bench, int callers) {
  Pool pool(bench);
  Measure(
      bench, "pool of sessions", callers,
      [&](Span<const float> view, Span<float> row) { pool.Run(view, row); });
}

void MeasureMutex(const Bench& bench, int callers) {
  alexnet::SessionOptions options;
  options.device = bench.device.c_str();
  alexnet::Session session(bench.model, options);
  std::mutex mutex;
  Measure(bench, "session and mutex", callers,
          [&](Span<const float> view, Span<float> row) {
            const std::lock_guard lock(mutex);
            session.run(view, 1, row);
          });
}

void Run(const std::vector<std::string>& arguments) {
  const auto argument = [&](size_t i, const char* otherwise) {
    return i < arguments.size() ? arguments[i] : std::string(otherwise);
  };
  const alexnet::Network network =
      alexnet::Network::preset(argument(0, "alexnet").c_str());
  Bench bench{alexnet::Model::initial(network, 1), argument(2, "cpu"),
              std::stod(argument(1, "5"))};
  {
    const alexnet::SessionInfo info = alexnet::Session(bench.model).info();
    bench.view_size =
        static_cast<size_t>(info.channels * info.height * info.width);
    bench.classes = static_cast<size_t>(info.classes);
  }
  std::vector<int> callers;
  for (size_t i = 3; i < arguments.size(); ++i) {
    callers.push_back(std::stoi(arguments[i]));
  }
  if (callers.empty()) callers = {1, 4, 16, 64};
  fmt::print("{:>7}  {:<18}  {:>9}  {:>9}  {:>10}\n", "callers", "", "p50 ms",
             "p99 ms", "calls / s");
  for (const int count : callers) {
    MeasureQueue(bench, count);
    MeasurePool(bench, count);
    MeasureMutex(bench, count);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    Run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "queue_bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
