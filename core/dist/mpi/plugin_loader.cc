#include "core/dist/mpi/plugin_loader.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace alexnet {
namespace {

constexpr const char* kFile = "libalexnet_mpi.so";

std::string FolderOfThisCode() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&LoadMpiPlugin), &info) == 0 ||
      info.dli_fname == nullptr) {
    return "";
  }
  const std::string file = info.dli_fname;
  const size_t slash = file.rfind('/');
  return slash == std::string::npos ? "" : file.substr(0, slash + 1);
}

std::vector<std::string> Places() {
  const char* named = std::getenv("ALEXNET_MPI_PLUGIN");
  if (named != nullptr && *named != '\0') return {named};
  return {FolderOfThisCode() + kFile, kFile};
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

}  // namespace alexnet
