#include "core/base/check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace alexnet {
namespace internal {
namespace {

template <typename T>
Status Outside(std::string_view field, T value, T least, T most) {
  return InvalidArgumentError(
             fmt::format("is {}; it must be {} to {}", value, least, most))
      .WithField(std::string(field));
}

}  // namespace

Status OutOfRange(std::string_view field, int64_t value, int64_t least,
                  int64_t most) {
  return Outside(field, value, least, most);
}

Status OutOfRange(std::string_view field, float value, float least,
                  float most) {
  return Outside(field, value, least, most);
}

Status OutOfRange(std::string_view field, double value, double least,
                  double most) {
  return Outside(field, value, least, most);
}

Status UnknownNumber(std::string_view field, int64_t number, int64_t last) {
  return InvalidArgumentError(
             fmt::format("unknown value {}; 0 to {} are known", number, last))
      .WithField(std::string(field));
}

}  // namespace internal

Status UnknownName(std::string_view kind, std::string_view name,
                   const std::vector<std::string>& names) {
  const std::string message = fmt::format("there is no {} \"{}\"", kind, name);
  if (names.empty()) return NotFoundError(message + " and no other");
  return NotFoundError(fmt::format("{}; there {} {}", message,
                                   names.size() == 1 ? "is" : "are",
                                   fmt::join(names, ", ")));
}

}  // namespace alexnet
