// Logger: where the engine's messages for a person go. There is no global
// logger: whoever creates a context (the CLI, one user of the C ABI) hands one
// down, so that two users of the library in one process do not see each
// other's.

#ifndef ALEXNET_CORE_BASE_LOG_H_
#define ALEXNET_CORE_BASE_LOG_H_

#include <functional>
#include <mutex>
#include <string_view>
#include <utility>

namespace alexnet {

enum class LogLevel : int { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

// Thread safe: calls of the sink never overlap. The sink must not log to its
// own Logger.
class Logger {
 public:
  using Sink = std::function<void(LogLevel, std::string_view message)>;

  // A null sink drops everything. Messages come with control characters escaped
  // (core/base/utf8.h).
  explicit Logger(Sink sink, LogLevel least = LogLevel::kInfo)
      : sink_(std::move(sink)), least_(least) {}

  void Log(LogLevel level, std::string_view message) const;
  void Info(std::string_view message) const { Log(LogLevel::kInfo, message); }
  void Warning(std::string_view message) const {
    Log(LogLevel::kWarning, message);
  }

 private:
  Sink sink_;
  LogLevel least_ = LogLevel::kInfo;
  mutable std::mutex mutex_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_LOG_H_
