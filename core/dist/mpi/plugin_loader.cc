#include "core/dist/mpi/plugin_loader.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace alexnet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "libalexnet_mpi.so";

// The file that has the code, or else the data, at `address`; empty: unknown.
std::string FileOf(const void* address) {
  Dl_info info;
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return "";
  return info.dli_fname;
}

std::vector<std::string> Places() {
  const char* named = std::getenv("ALEXNET_MPI_PLUGIN");
  if (named != nullptr && *named != '\0') return {named};
  std::vector<std::string> places;
  const fs::path self = FileOf(reinterpret_cast<const void*>(&LoadMpiPlugin));
  std::error_code ignored;
  for (const fs::path& file : {self, fs::canonical(self, ignored)}) {
    if (!file.has_parent_path()) continue;
    const std::string place = file.parent_path() / kFile;
    if (places.empty() || places.back() != place) places.push_back(place);
  }
  places.emplace_back(kFile);
  return places;
}

Result<const AlexnetMpiFunctions*> LoadFrom(const std::string& file) {
  // Open MPI's components look for its own symbols among the global ones.
  void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (handle == nullptr) {
    const char* error = dlerror();
    return UnsupportedError(error != nullptr ? error : "it does not load");
  }
  const auto entry = reinterpret_cast<decltype(&alexnet_mpi_functions)>(
      dlsym(handle, kAlexnetMpiEntry));
  if (entry == nullptr) {
    return UnsupportedError("it is no plugin of alexnet's");
  }
  const AlexnetMpiFunctions* const functions = entry();
  if (functions->version != kAlexnetMpiVersion) {
    return UnsupportedError(
        fmt::format("it is of another version of alexnet: {}, not {}",
                    functions->version, kAlexnetMpiVersion));
  }
  return functions;
}

}  // namespace

Result<const AlexnetMpiFunctions*> LoadMpiPlugin() {
  std::string tried;
  for (const std::string& file : Places()) {
    auto functions = LoadFrom(file);
    if (functions.ok()) return functions;
    tried += fmt::format("\n  {}: {}", file, functions.status().message());
  }
  return UnsupportedError(fmt::format(
      "MPI cannot be used. Install Open MPI 4 (Debian and Ubuntu: the packages "
      "openmpi-bin and libopenmpi3), and keep {} beside alexnet or name it in "
      "ALEXNET_MPI_PLUGIN. It was looked for as{}",
      kFile, tried));
}

MpiReport ReportMpi() {
  const auto functions = LoadMpiPlugin();
  MpiReport report;
  if (!functions.ok()) {
    report.problem = functions.status().message();
    return report;
  }
  char text[256] = {};
  (*functions)->library(text, sizeof(text));
  report.library = text;
  report.plugin = FileOf(*functions);
  return report;
}

}  // namespace alexnet
