#include "core/backend/cuda/dynamic_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <cstdlib>
#include <sstream>
#include <utility>
#include <vector>

namespace alexnet::cuda {
namespace {

constexpr size_t kCudaMajor = 13;

// In the order in which they are tried; an empty one: where the system looks.
std::vector<std::string> Folders() {
  std::vector<std::string> folders;
  if (const char* list = std::getenv("ALEXNET_CUDA_LIBRARIES")) {
    std::istringstream parts(list);
    for (std::string part; std::getline(parts, part, ':');) {
      if (!part.empty()) folders.push_back(part);
    }
  }
  folders.push_back("");
  if (const char* toolkit = std::getenv("CUDA_PATH")) {
    folders.push_back(std::string(toolkit) + "/lib64");
  }
  folders.push_back("/usr/local/cuda/lib64");
  return folders;
}

std::string PlaceName(const std::string& folder) {
  if (!folder.empty()) return folder;
  const char* library_path = std::getenv("LD_LIBRARY_PATH");
  return fmt::format("LD_LIBRARY_PATH ({}) and the loader's cache",
                     library_path != nullptr && *library_path != '\0'
                         ? library_path
                         : "not set");
}

}  // namespace

Result<DynamicLibrary> DynamicLibrary::Open(const std::string& name,
                                            const std::string& soname,
                                            const Check& check) {
  constexpr int kFlags = RTLD_NOW | RTLD_LOCAL;
  std::string tried;
  for (const std::string& folder : Folders()) {
    const std::string file = folder.empty() ? soname : folder + "/" + soname;
    void* handle = dlopen(file.c_str(), kFlags);
    std::string why;
    if (handle == nullptr) {
      const char* error = dlerror();
      why = error != nullptr ? error : "it does not load";
    } else {
      DynamicLibrary library(name, handle);
      const Status status = check(library);
      if (status.ok()) {
        // One that is kept stays for good.
        dlopen(library.path().c_str(), kFlags | RTLD_NODELETE);
        return library;
      }
      why = status.message();
      dlclose(handle);
    }
    tried += fmt::format("\n  {}: {}", PlaceName(folder), why);
  }
  return UnsupportedError(fmt::format(
      "{} ({}) cannot be loaded. Install {} for CUDA {}, or name its folder in "
      "ALEXNET_CUDA_LIBRARIES. It was looked for in{}",
      name, soname, name, kCudaMajor, tried));
}

Status DynamicLibrary::FindAddress(const char* symbol, void** address) const {
  *address = dlsym(handle_, symbol);
  if (*address != nullptr) return Status();
  return UnsupportedError(fmt::format("{} at {} has no {}; install a newer one",
                                      name_, path(), symbol));
}

std::string DynamicLibrary::path() const {
  link_map* map = nullptr;
  if (dlinfo(handle_, RTLD_DI_LINKMAP, &map) != 0 || map == nullptr) return "";
  return map->l_name;
}

Status CheckCudaVersion(const DynamicLibrary& library, size_t cudart) {
  if (cudart / 1000 == kCudaMajor) return Status();
  return UnsupportedError(
      fmt::format("{} is made for CUDA {}, and this program for CUDA {}",
                  library.path(), cudart / 1000, kCudaMajor));
}

}  // namespace alexnet::cuda
