#include "core/base/caught.h"

#include <exception>
#include <new>
#include <string>

namespace alexnet {

Status Caught(const std::function<Status()>& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return OutOfMemoryError("not enough memory; use a smaller batch");
  } catch (const std::exception& error) {
    return InternalError(std::string("unexpected exception: ") + error.what());
  } catch (...) {
    return InternalError("unexpected exception of an unknown type");
  }
}

}  // namespace alexnet
