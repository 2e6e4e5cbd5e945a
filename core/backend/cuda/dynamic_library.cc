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

// Beside the system's own places.
std::vector<std::string> Folders() {
  std::vector<std::string> folders;
  if (const char* list = std::getenv("ALEXNET_CUDA_LIBRARIES")) {
    std::istringstream parts(list);
    for (std::string part; std::getline(parts, part, ':');) {
      if (!part.empty()) folders.push_back(part);
    }
  }
  if (const char* toolkit = std::getenv("CUDA_PATH")) {
    folders.push_back(std::string(toolkit) + "/lib64");
  }
  folders.push_back("/usr/local/cuda/lib64");
  return folders;
}

std::string Searched(const std::vector<std::string>& folders) {
  const char* library_path = std::getenv("LD_LIBRARY_PATH");
  std::string text = fmt::format(
      "LD_LIBRARY_PATH ({}), the loader's cache",
      library_path != nullptr && *library_path != '\0' ? library_path
                                                       : "not set");
  for (const std::string& folder : folders) text += ", " + folder;
  return text;
}

}  // namespace

Result<DynamicLibrary> DynamicLibrary::Open(const std::string& name,
                                            const std::string& soname) {
  constexpr int kFlags = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE;
  const std::vector<std::string> folders = Folders();
  void* handle = dlopen(soname.c_str(), kFlags);
  const char* error = handle == nullptr ? dlerror() : nullptr;
  const std::string why = error != nullptr ? error : "";
  for (size_t i = 0; i < folders.size() && handle == nullptr; ++i) {
    handle = dlopen((folders[i] + "/" + soname).c_str(), kFlags);
  }
  if (handle != nullptr) return DynamicLibrary(name, handle);
  return UnsupportedError(fmt::format(
      "{} ({}) cannot be loaded: {}. It was looked for in {}. Install {} for "
      "CUDA {}, or name its folder in ALEXNET_CUDA_LIBRARIES",
      name, soname, why, Searched(folders), name, kCudaMajor));
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

Status CheckCudaVersion(const std::string& name, const std::string& path,
                        size_t cudart) {
  if (cudart / 1000 == kCudaMajor) return Status();
  return UnsupportedError(fmt::format(
      "{} at {} is made for CUDA {}, and this program for CUDA {}; install {} "
      "for CUDA {}, or name its folder in ALEXNET_CUDA_LIBRARIES",
      name, path, cudart / 1000, kCudaMajor, name, kCudaMajor));
}

}  // namespace alexnet::cuda
