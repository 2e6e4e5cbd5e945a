// Names of enums that count from 0.

#ifndef ALEXNET_CORE_BASE_ENUM_NAME_H_
#define ALEXNET_CORE_BASE_ENUM_NAME_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace alexnet {

// The name of `value`; "unknown" for a number that stands for none.
template <size_t kCount, typename Enum>
const char* NameOf(const std::array<const char*, kCount>& names, Enum value) {
  const auto index = static_cast<size_t>(value);
  return index < kCount ? names[index] : "unknown";
}

// The value of that name.
template <typename Enum, size_t kCount>
std::optional<Enum> ValueOf(const std::array<const char*, kCount>& names,
                            std::string_view name) {
  for (size_t i = 0; i < kCount; ++i) {
    if (name == names[i]) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_ENUM_NAME_H_
