// Names of enums that count from 0.

#ifndef ALEXNET_CORE_BASE_ENUM_NAME_H_
#define ALEXNET_CORE_BASE_ENUM_NAME_H_

#include <array>
#include <cstddef>

namespace alexnet {

// The name of `value`; "unknown" for a number that stands for none.
template <size_t kCount, typename Enum>
const char* NameOf(const std::array<const char*, kCount>& names, Enum value) {
  const auto index = static_cast<size_t>(value);
  return index < kCount ? names[index] : "unknown";
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_ENUM_NAME_H_
