#include "core/base/loaded_objects.h"

#include <exception>

namespace alexnet {
namespace {

struct Visitor {
  const std::function<bool(const dl_phdr_info&)>& visit;
  // What `visit` threw: to unwind through C the system first loads a library,
  // and ends the process where there is no memory for that.
  std::exception_ptr failure;
};

int Visit(dl_phdr_info* object, size_t, void* visitor) {
  Visitor& v = *static_cast<Visitor*>(visitor);
  try {
    return v.visit(*object) ? 0 : 1;
  } catch (...) {
    v.failure = std::current_exception();
    return 1;
  }
}

}  // namespace

void VisitLoadedObjects(const std::function<bool(const dl_phdr_info&)>& visit) {
  Visitor visitor{visit, nullptr};
  dl_iterate_phdr(Visit, &visitor);
  if (visitor.failure != nullptr) std::rethrow_exception(visitor.failure);
}

}  // namespace alexnet
