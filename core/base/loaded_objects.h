// The program and the libraries that are loaded.

#ifndef ALEXNET_CORE_BASE_LOADED_OBJECTS_H_
#define ALEXNET_CORE_BASE_LOADED_OBJECTS_H_

#include <link.h>

#include <functional>

namespace alexnet {

// Each in turn, the program first, until `visit` answers false. No library is
// loaded or unloaded meanwhile. What `visit` throws is thrown.
void VisitLoadedObjects(const std::function<bool(const dl_phdr_info&)>& visit);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_LOADED_OBJECTS_H_
