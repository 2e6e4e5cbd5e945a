#include "core/devices/system.h"

#include <utility>
#include <vector>

#include "core/backend/cuda/cuda_backend.h"
#include "core/base/cpu.h"
#include "core/base/json.h"
#include "core/base/loaded_objects.h"
#include "core/base/version.h"
#include "core/devices/devices.h"
#include "core/dist/mpi/plugin_loader.h"

namespace alexnet {
namespace {

std::vector<std::string> LoadedLibraries() {
  std::vector<std::string> paths;
  VisitLoadedObjects([&paths](const dl_phdr_info& object) {
    if (object.dlpi_name[0] == '/') paths.emplace_back(object.dlpi_name);
    return true;
  });
  return paths;
}

Json CudaJson() {
  const CudaReport report = ReportCuda();
  Json libraries = Json::Array();
  for (const CudaLibraryInfo& library : report.libraries) {
    libraries.Append({{"name", library.name},
                      {"version", library.version},
                      {"path", library.path},
                      {"problem", library.problem}});
  }
  return {{"problem", report.problem},
          {"driver", report.driver},
          {"libraries", libraries}};
}

Json MpiJson() {
  const MpiReport report = ReportMpi();
  return {{"problem", report.problem},
          {"library", report.library},
          {"plugin", report.plugin}};
}

}  // namespace

std::string SystemJson(const std::string& library) {
  const CpuFeatures& cpu = HostCpu();
  Json features = Json::Array();
  for (const auto& [name, present] :
       {std::pair("avx2", cpu.avx2), std::pair("fma", cpu.fma),
        std::pair("f16c", cpu.f16c), std::pair("avx512", cpu.avx512),
        std::pair("avx512_bf16", cpu.avx512_bf16)}) {
    if (present) features.Append(name);
  }
  Json devices = Json::Array();
  for (const DeviceInfo& device : Devices()) {
    devices.Append(
        {{"name", device.name}, {"description", device.description}});
  }
  const Json json = {{"version", kEngineVersion},
                     {"library", library},
                     {"cpu", cpu.model},
                     {"features", features},
                     {"isa", cpu.isa},
                     {"threads", AvailableCpus()},
                     {"libraries", LoadedLibraries()},
                     {"devices", devices},
                     {"cuda", CudaJson()},
                     {"mpi", MpiJson()}};
  // Paths may be any bytes.
  return json.Text(2);
}

}  // namespace alexnet
