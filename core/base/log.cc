#include "core/base/log.h"

#include "core/base/utf8.h"

namespace alexnet {

void Logger::Log(LogLevel level, std::string_view message) const {
  if (!sink_ || level < least_) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  sink_(level, EscapedLines(message));
}

}  // namespace alexnet
