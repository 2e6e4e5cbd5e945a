// The library: its version, its devices.

#ifndef ALEXNET_CPP_LIBRARY_HPP_
#define ALEXNET_CPP_LIBRARY_HPP_

#include <alexnet/alexnet.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detail.hpp"

namespace alexnet {
inline namespace v0 {

using DeviceInfo =
    detail::Struct<alexnet_device_info, alexnet_device_info_init>;

inline std::string_view version() { return alexnet_version_string(); }
// major * 1000000 + minor * 1000 + patch.
inline int32_t version_number() { return alexnet_version(); }
// Throws where the library cannot stand in for this version, by default the
// header's.
inline void require_version(int32_t major = ALEXNET_VERSION_MAJOR,
                            int32_t minor = ALEXNET_VERSION_MINOR) {
  detail::call(alexnet_require_version, major, minor);
}

inline std::vector<DeviceInfo> devices() {
  std::vector<DeviceInfo> all(alexnet_device_count());
  for (size_t i = 0; i < all.size(); ++i) {
    detail::call(alexnet_device_at, i, &all[i]);
  }
  return all;
}

inline std::string system_json() {
  char* json = nullptr;
  detail::call(alexnet_system_json, &json);
  return detail::take(json);
}

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_LIBRARY_HPP_
