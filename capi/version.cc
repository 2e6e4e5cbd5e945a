#include "core/base/version.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <string>

#include "capi/call.h"
#include "capi/struct_size.h"
#include "core/devices/devices.h"
#include "core/devices/system.h"

namespace alexnet::capi {
namespace {

constexpr int32_t kMajor = ALEXNET_VERSION_MAJOR;
constexpr int32_t kMinor = ALEXNET_VERSION_MINOR;
constexpr int32_t kPatch = ALEXNET_VERSION_PATCH;

// The file that this code was loaded from.
std::string LibraryPath() {
  Dl_info info = {};
  if (dladdr(reinterpret_cast<const void*>(&alexnet_version), &info) == 0 ||
      info.dli_fname == nullptr) {
    return "";
  }
  return info.dli_fname;
}

alexnet_device_info ToAbi(const DeviceInfo& device) {
  alexnet_device_info info{};
  info.name = device.name.c_str();
  info.description = device.description.c_str();
  info.kind = static_cast<int32_t>(device.kind);
  info.threads = device.threads;
  return info;
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

const char* alexnet_version_string(void) { return kEngineVersion.data(); }

int32_t alexnet_version(void) {
  return kMajor * 1000000 + kMinor * 1000 + kPatch;
}

alexnet_status alexnet_require_version(int32_t major, int32_t minor,
                                       alexnet_error** error) {
  return Call(error, [&]() -> Status {
    const bool fits =
        major == kMajor &&
        (kMajor == 0 ? minor == kMinor : minor >= 0 && minor <= kMinor);
    if (fits) return Status();
    return UnsupportedError(
               fmt::format("the program needs alexnet {}.{}, but this library "
                           "is {}; install the version that is needed or build "
                           "the program anew",
                           major, minor, kEngineVersion))
        .WithFile(LibraryPath());
  });
}

size_t alexnet_device_count(void) {
  return Value<size_t>(0, [&]() -> size_t { return Devices().size(); });
}

alexnet_status alexnet_device_at(size_t index, alexnet_device_info* info,
                                 alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckFillable(info, "alexnet_device_info"));
    if (index >= Devices().size()) {
      return NotFoundError(fmt::format("there are {} devices, not {}",
                                       Devices().size(), index))
          .WithField("index");
    }
    return FillStruct(ToAbi(Devices()[index]), info, "alexnet_device_info");
  });
}

alexnet_status alexnet_system_json(char** json, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(json, "json"));
    *json = CopyText(SystemJson(LibraryPath()));
    return Status();
  });
}
