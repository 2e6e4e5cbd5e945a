#include "core/backend/cuda/loader/dynamic_library.h"

#include <dlfcn.h>
#include <fmt/core.h>
#include <link.h>

#include <cstdlib>
#include <sstream>
#include <utility>
#include <vector>

namespace alexnet::cuda {
namespace {

constexpr size_t kCudaMajor = 13;
constexpr int kFlags = RTLD_NOW | RTLD_LOCAL;

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
  std::vector<std::string> toolkits = {"/usr/local/cuda"};
  if (const char* toolkit = std::getenv("CUDA_PATH")) {
    toolkits.insert(toolkits.begin(), toolkit);
  }
  for (const std::string& toolkit : toolkits) {
    folders.push_back(toolkit + "/lib64");
    folders.push_back(toolkit + "/lib");
  }
  return folders;
}

std::string FileIn(const std::string& folder, const std::string& soname) {
  return folder.empty() ? soname : folder + "/" + soname;
}

// What the loader said last.
Status LoaderError() {
  const char* error = dlerror();
  return UnsupportedError(error != nullptr ? error : "it does not load");
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

Result<DynamicLibrary> DynamicLibrary::OpenIn(const std::string& folder,
                                              const Names& names,
                                              const Check& check) {
  if (!names.part.empty()) {
    // First in a namespace of its own: from then on the loader would give a
    // part that was refused here to the libraries of all other folders, too.
    // Where there is no namespace left, the check below has to do.
    const std::string part = FileIn(folder, names.part);
    if (void* apart = dlmopen(LM_ID_NEWLM, part.c_str(), kFlags)) {
      const Status status = check(DynamicLibrary(names.name, apart));
      dlclose(apart);
      ALEXNET_RETURN_IF_ERROR(status);
    }
    // The library would end the program for want of it.
    if (dlopen(part.c_str(), kFlags) == nullptr) return LoaderError();
  }
  void* handle = dlopen(FileIn(folder, names.soname).c_str(), kFlags);
  if (handle == nullptr) return LoaderError();
  DynamicLibrary library(names.name, handle);
  if (const Status status = check(library); !status.ok()) {
    dlclose(handle);
    return status;
  }
  // One that is kept stays for good.
  dlopen(library.path().c_str(), kFlags | RTLD_NODELETE);
  return library;
}

Result<DynamicLibrary> DynamicLibrary::Open(const Names& names,
                                            const Check& check) {
  std::string tried;
  for (const std::string& folder : Folders()) {
    auto library = OpenIn(folder, names, check);
    if (library.ok()) return library;
    tried += fmt::format("\n  {}: {}", PlaceName(folder),
                         library.status().message());
  }
  return UnsupportedError(fmt::format(
      "{} ({}) cannot be loaded. Install {} for CUDA {}, or name its folder in "
      "ALEXNET_CUDA_LIBRARIES. It was looked for in{}",
      names.name, names.soname, names.name, kCudaMajor, tried));
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
