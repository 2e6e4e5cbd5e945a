#include "core/data/quarantine.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "core/base/utf8.h"

namespace alexnet {
namespace {

constexpr int64_t kNamesInMessage = 20;

int64_t LimitOf(const QuarantineOptions& options, int64_t total) {
  if (options.strict) return 0;
  const double share = options.fraction * static_cast<double>(total);
  return std::max<int64_t>({options.least, static_cast<int64_t>(share), 0});
}

}  // namespace

bool IsOfThePicture(const Status& why) {
  switch (why.code()) {
    case StatusCode::kDataLoss:
    case StatusCode::kInvalidArgument:  // too large, or no regular file
    case StatusCode::kNotFound:
    case StatusCode::kUnsupported:
      return true;
    default:
      return false;
  }
}

Quarantine::Quarantine(const QuarantineOptions& options, int64_t total)
    : strict_(options.strict), limit_(LimitOf(options, total)) {}

Status Quarantine::Add(const std::string& name, const Status& reason) {
  if (!IsOfThePicture(reason)) return reason.WithFile(name);
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto [picture, added] = broken_.emplace(name, reason.message());
  if (added) met_.push_back(&*picture);
  if (static_cast<int64_t>(broken_.size()) <= limit_) return Status();
  if (strict_) return reason.WithFile(name);
  std::string message = fmt::format(
      "{} pictures cannot be read, and {} is the most that is put up with; "
      "repair or remove them:",
      broken_.size(), limit_);
  int64_t named = 0;
  for (const auto& [broken, why] : broken_) {
    if (++named > kNamesInMessage) {
      message +=
          fmt::format("\n  and {} more",
                      static_cast<int64_t>(broken_.size()) - kNamesInMessage);
      break;
    }
    message += fmt::format("\n  {}: {}", Escaped(broken), why);
  }
  return DataLossError(std::move(message));
}

std::vector<BrokenPicture> Quarantine::list() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<BrokenPicture> list;
  for (const auto& [name, reason] : broken_) list.push_back({name, reason});
  return list;
}

std::vector<BrokenPicture> Quarantine::Since(size_t known) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<BrokenPicture> list;
  for (size_t i = known; i < met_.size(); ++i) {
    list.push_back({met_[i]->first, met_[i]->second});
  }
  return list;
}

int64_t Quarantine::size() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int64_t>(broken_.size());
}

}  // namespace alexnet
