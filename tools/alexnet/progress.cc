#include "tools/alexnet/progress.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <system_error>
#include <utility>

namespace alexnet::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kTerminalInterval = std::chrono::milliseconds(100);
constexpr auto kLineInterval = std::chrono::seconds(10);

// Columns of the terminal; a longer line would wrap and could not be taken
// back.
size_t TerminalWidth() {
  winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return 80;
  }
  return size.ws_col;
}

bool IsTerminal() { return isatty(STDERR_FILENO) == 1; }

}  // namespace

ProgressLine::ProgressLine() : terminal_(IsTerminal()) {
  if (!terminal_) last_ = Clock::now();
}

bool ProgressLine::Due() {
  const Clock::time_point now = Clock::now();
  const Clock::duration interval = terminal_
                                       ? Clock::duration(kTerminalInterval)
                                       : Clock::duration(kLineInterval);
  if (now - last_ < interval) return false;
  last_ = now;
  return true;
}

void ProgressLine::Clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

void ProgressLine::Update(std::string_view text) {
  if (!Due()) return;
  if (!terminal_) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
    return;
  }
  Clear();
  text = text.substr(0, TerminalWidth() - 1);
  std::fprintf(stderr, "%.*s", static_cast<int>(text.size()), text.data());
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::Keep(std::string_view text) {
  Clear();
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
  if (!terminal_) last_ = Clock::now();
}

void ProgressLine::Finish() {
  Clear();
  std::fflush(stderr);
}

BusyLine::BusyLine(std::string doing) : doing_(std::move(doing)) {
  if (!IsTerminal()) return;
  try {
    thread_ = std::thread([this] { Show(); });
  } catch (const std::system_error&) {
    // The system gives no thread: what is done does not need one.
  }
}

BusyLine::~BusyLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    done_ = true;
  }
  over_.notify_all();
  thread_.join();
}

void BusyLine::Doing(std::string doing) {
  const std::lock_guard<std::mutex> lock(mutex_);
  doing_ = std::move(doing);
}

void BusyLine::Show() {
  constexpr auto kBefore = std::chrono::seconds(2);
  constexpr auto kBetween = std::chrono::milliseconds(250);
  const Clock::time_point start = Clock::now();
  ProgressLine line;
  std::unique_lock<std::mutex> lock(mutex_);
  auto wait = std::chrono::duration_cast<Clock::duration>(kBefore);
  while (!over_.wait_for(lock, wait, [this] { return done_; })) {
    const std::chrono::duration<double> passed = Clock::now() - start;
    line.Update(fmt::format("{}  {}", doing_, FormatSeconds(passed.count())));
    wait = kBetween;
  }
}

std::string FormatSeconds(double seconds) {
  const int64_t whole = std::llround(std::max(0.0, seconds));
  const int64_t hours = whole / 3600;
  const int64_t minutes = whole / 60 % 60;
  if (hours > 0) {
    return fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
  }
  return fmt::format("{}:{:02}", minutes, whole % 60);
}

std::function<void(int64_t done, int64_t total)> CountProgress(
    ProgressLine& line, std::string doing) {
  return [&line, doing = std::move(doing)](int64_t done, int64_t total) {
    line.Update(fmt::format("{} {} of {}", doing, done, total));
  };
}

}  // namespace alexnet::cli
