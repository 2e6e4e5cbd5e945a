// ProgressLine: one live line on a terminal, plain lines now and then
// elsewhere.

#ifndef ALEXNET_TOOLS_ALEXNET_PROGRESS_H_
#define ALEXNET_TOOLS_ALEXNET_PROGRESS_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace alexnet::cli {

// Writes to standard error, so that results on standard output stay clean. Not
// thread safe.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { Finish(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Shows `text` in place of the last one: ten times a second on a terminal,
  // every ten seconds as a line of its own elsewhere; more often is dropped.
  void Update(std::string_view text);
  // A line that stays, such as an epoch's result.
  void Keep(std::string_view text);
  // Takes the live line away.
  void Finish();

 private:
  bool Due();
  void Clear();

  const bool terminal_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point last_{};
};

// While it exists, and after its first two seconds, a live line on a terminal
// says what is being done and for how long; elsewhere nothing. For calls that
// do not tell how far they are. Nothing else may be written to the terminal
// meanwhile.
class BusyLine {
 public:
  explicit BusyLine(std::string doing);
  ~BusyLine();
  BusyLine(const BusyLine&) = delete;
  BusyLine& operator=(const BusyLine&) = delete;

  // What is being done from now on.
  void Doing(std::string doing);

 private:
  void Show();

  std::mutex mutex_;  // guards what follows
  std::string doing_;
  std::condition_variable over_;
  bool done_ = false;
  std::thread thread_;  // none where it is not a terminal
};

// "0:07", "12:34" or "3:05:10".
std::string FormatSeconds(double seconds);

// A callback that shows "doing 120 of 4000" on `line`.
std::function<void(int64_t done, int64_t total)> CountProgress(
    ProgressLine& line, std::string doing);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PROGRESS_H_
