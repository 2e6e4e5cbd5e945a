#include "core/model/version.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "capi/call.h"
#include "capi/struct_size.h"
#include "core/backend/cuda/cuda_backend.h"
#include "core/base/cpu.h"

namespace alexnet::capi {
namespace {

constexpr int32_t kMajor = ALEXNET_VERSION_MAJOR;
constexpr int32_t kMinor = ALEXNET_VERSION_MINOR;
constexpr int32_t kPatch = ALEXNET_VERSION_PATCH;

// Strings of a device, which live as long as the library.
struct NamedDevice {
  std::string name;
  std::string description;
  int32_t kind = ALEXNET_DEVICE_CPU;
  int threads = 1;
};

std::vector<NamedDevice> FindDevices() {
  std::vector<NamedDevice> devices = {
      {"cpu", "the processor: oneDNN and our own vectorized kernels",
       ALEXNET_DEVICE_CPU, AvailableCpus()},
      {"reference",
       "plain loops in float64, slow: what the others are checked against",
       ALEXNET_DEVICE_REFERENCE, 1}};
  int number = 0;
  for (const CudaDeviceInfo& gpu : ListCudaDevices()) {
    devices.push_back(
        {fmt::format("cuda:{}", number++),
         fmt::format("{}, compute capability {}, {} MiB", gpu.name,
                     gpu.capability, gpu.memory_bytes >> 20),
         ALEXNET_DEVICE_CUDA, 1});
  }
  return devices;
}

const std::vector<NamedDevice>& Devices() {
  static const auto* devices = new std::vector<NamedDevice>(FindDevices());
  return *devices;
}

// The file that this code was loaded from.
std::string LibraryPath() {
  Dl_info info = {};
  if (dladdr(reinterpret_cast<const void*>(&alexnet_version), &info) == 0 ||
      info.dli_fname == nullptr) {
    return "";
  }
  return info.dli_fname;
}

std::vector<std::string> LoadedLibraries() {
  std::vector<std::string> paths;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* list) {
        if (info->dlpi_name[0] == '/') {
          static_cast<std::vector<std::string>*>(list)->push_back(
              info->dlpi_name);
        }
        return 0;
      },
      &paths);
  return paths;
}

alexnet_device_info ToAbi(const NamedDevice& device) {
  alexnet_device_info info{};
  info.name = device.name.c_str();
  info.description = device.description.c_str();
  info.kind = device.kind;
  info.threads = device.threads;
  return info;
}

nlohmann::ordered_json CudaJson() {
  using Json = nlohmann::ordered_json;
  const CudaReport report = ReportCuda();
  Json libraries = Json::array();
  for (const CudaLibraryInfo& library : report.libraries) {
    libraries.push_back({{"name", library.name},
                         {"version", library.version},
                         {"path", library.path},
                         {"problem", library.problem}});
  }
  return {{"problem", report.problem},
          {"driver", report.driver},
          {"libraries", libraries}};
}

nlohmann::ordered_json SystemJson() {
  using Json = nlohmann::ordered_json;
  const CpuFeatures& cpu = HostCpu();
  Json features = Json::array();
  for (const auto& [name, present] :
       {std::pair("avx2", cpu.avx2), std::pair("fma", cpu.fma),
        std::pair("f16c", cpu.f16c), std::pair("avx512", cpu.avx512),
        std::pair("avx512_bf16", cpu.avx512_bf16)}) {
    if (present) features.push_back(name);
  }
  Json devices = Json::array();
  for (const NamedDevice& device : Devices()) {
    devices.push_back(
        {{"name", device.name}, {"description", device.description}});
  }
  return {{"version", kEngineVersion},
          {"library", LibraryPath()},
          {"cpu", cpu.model},
          {"features", features},
          {"isa", cpu.isa},
          {"threads", AvailableCpus()},
          {"libraries", LoadedLibraries()},
          {"devices", devices},
          {"cuda", CudaJson()}};
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

size_t alexnet_device_count(void) { return Devices().size(); }

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
    using Handler = nlohmann::ordered_json::error_handler_t;
    ALEXNET_RETURN_IF_ERROR(ClearOutput(json, "json"));
    *json = CopyText(SystemJson().dump(2, ' ', false, Handler::replace));
    return Status();
  });
}
