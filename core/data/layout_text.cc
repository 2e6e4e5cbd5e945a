#include "core/data/layout_text.h"

#include <fmt/core.h>

namespace alexnet {

std::string Quoted(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 < names.size() ? ", " : " and ";
    text += fmt::format("'{}'", names[i]);
  }
  return text;
}

std::string TakenFor(std::string_view train, std::string_view validation) {
  std::string text = fmt::format("training pictures are those of '{}'", train);
  if (!validation.empty()) {
    text += fmt::format(", validation pictures those of '{}'", validation);
  }
  return text;
}

Status TwoHeldOut(const std::vector<std::string>& names) {
  return InvalidArgumentError(
      fmt::format("{} may each be the validation pictures; move all but one "
                  "away",
                  Quoted(names)));
}

}  // namespace alexnet
