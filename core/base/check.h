// Checks of what callers and files give, with one wording for all.

#ifndef ALEXNET_CORE_BASE_CHECK_H_
#define ALEXNET_CORE_BASE_CHECK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

namespace internal {
Status OutOfRange(std::string_view field, int64_t value, int64_t least,
                  int64_t most);
Status OutOfRange(std::string_view field, float value, float least, float most);
Status OutOfRange(std::string_view field, double value, double least,
                  double most);
Status UnknownNumber(std::string_view field, int64_t number, int64_t last);
}  // namespace internal

// Refuses what is not in the closed range; NaN, too. `field` names it in the
// error.
template <typename T>
Status CheckRange(std::string_view field, T value,
                  std::type_identity_t<T> least, std::type_identity_t<T> most) {
  if (value >= least && value <= most) return Status();
  if constexpr (std::is_integral_v<T>) {
    return internal::OutOfRange(field, static_cast<int64_t>(value),
                                static_cast<int64_t>(least),
                                static_cast<int64_t>(most));
  } else {
    return internal::OutOfRange(field, value, least, most);
  }
}

// Refuses a number that stands for no value of an enum that counts from 0.
template <typename Enum>
Status CheckEnum(std::string_view field, Enum value, Enum last) {
  const auto number = static_cast<int64_t>(value);
  if (number >= 0 && number <= static_cast<int64_t>(last)) return Status();
  return internal::UnknownNumber(field, number, static_cast<int64_t>(last));
}

// "there is no KIND "NAME"; there are A, B, C" for a name that is none of
// `names`.
Status UnknownName(std::string_view kind, std::string_view name,
                   const std::vector<std::string>& names);
// The same for elements that have the names, which `name_of` gives.
template <typename Elements, typename NameOf>
Status UnknownName(std::string_view kind, std::string_view name,
                   const Elements& elements, NameOf&& name_of) {
  std::vector<std::string> names;
  for (const auto& element : elements) names.emplace_back(name_of(element));
  return UnknownName(kind, name, names);
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_CHECK_H_
