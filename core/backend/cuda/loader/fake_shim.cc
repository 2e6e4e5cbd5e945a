// A library as cuDNN is to DynamicLibrary: what it tells is its part's to tell,
// which it loads when first asked and cannot do without.

#include <dlfcn.h>

#include <cstddef>
#include <cstdlib>

extern "C" size_t FakeCudartVersion() {
  static void* const part = dlopen("libfakepart.so.7", RTLD_NOW | RTLD_LOCAL);
  if (part == nullptr) std::abort();
  return reinterpret_cast<size_t (*)()>(dlsym(part, "FakeCudartVersion"))();
}
