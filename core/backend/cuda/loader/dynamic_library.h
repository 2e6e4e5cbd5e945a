// DynamicLibrary: one of NVIDIA's libraries, loaded when the program runs.

#ifndef ALEXNET_CORE_BACKEND_CUDA_LOADER_DYNAMIC_LIBRARY_H_
#define ALEXNET_CORE_BACKEND_CUDA_LOADER_DYNAMIC_LIBRARY_H_

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "core/base/status.h"

namespace alexnet::cuda {

// What Open gives stays loaded for as long as the program runs: NVIDIA's
// libraries do not bear being unloaded once they are used.
class DynamicLibrary {
 public:
  // Whether a library that was found will do.
  using Check = std::function<Status(const DynamicLibrary&)>;

  struct Names {
    std::string name;    // for messages: "cuDNN 9"
    std::string soname;  // the file: "libcudnn.so.9"
    // One that tells the same of itself as the library does which loads it
    // later and never lets go of it: "libcudnn_graph.so.9". May be empty.
    std::string part = {};
  };

  // It is looked for in the folders of $ALEXNET_CUDA_LIBRARIES, then where the
  // system looks (LD_LIBRARY_PATH, the loader's cache), then in lib64 and lib
  // of $CUDA_PATH and of /usr/local/cuda. The first one that loads and passes
  // `check` is taken; the error says of each place why not.
  static Result<DynamicLibrary> Open(const Names& names, const Check& check);

  // `function` becomes the symbol of that name.
  template <typename Function>
  Status Find(const char* symbol, Function* function) const {
    void* address = nullptr;
    ALEXNET_RETURN_IF_ERROR(FindAddress(symbol, &address));
    *function = reinterpret_cast<Function>(address);
    return Status();
  }

  // The file that was loaded.
  std::string path() const;

 private:
  DynamicLibrary(std::string name, void* handle)
      : name_(std::move(name)), handle_(handle) {}
  static Result<DynamicLibrary> OpenIn(const std::string& folder,
                                       const Names& names, const Check& check);
  Status FindAddress(const char* symbol, void** address) const;

  std::string name_;
  void* handle_;
};

// Refuses a library that was made for another major version of CUDA than 13.
// `cudart` as the library tells it: 13000 for 13.0.
Status CheckCudaVersion(const DynamicLibrary& library, size_t cudart);

}  // namespace alexnet::cuda

#endif  // ALEXNET_CORE_BACKEND_CUDA_LOADER_DYNAMIC_LIBRARY_H_
