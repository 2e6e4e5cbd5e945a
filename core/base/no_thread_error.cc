#include "core/base/no_thread_error.h"

namespace alexnet {

Status NoThreadError() {
  return OutOfMemoryError(
      "the system starts no further thread, or has no memory for one; end "
      "others or raise the limit on threads (ulimit -u, or the container's) or "
      "on address space (ulimit -v)");
}

}  // namespace alexnet
