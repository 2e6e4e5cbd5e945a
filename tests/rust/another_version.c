/* Preloaded before libalexnet: makes it refuse as one of another version would
 * that is asked for this program's. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

int32_t alexnet_require_version(int32_t major, int32_t minor, void** error) {
  typedef int32_t (*Require)(int32_t, int32_t, void**);
  /* ISO C has no cast from an object's pointer to a function's. */
  union {
    void* object;
    Require function;
  } real;
  real.object = dlsym(RTLD_NEXT, "alexnet_require_version");
  return real.function(major, minor + 1, error);
}
