// CarryByLink: one operation of a queue by a library that links devices.

#ifndef ALEXNET_CORE_DIST_LINK_OPERATION_H_
#define ALEXNET_CORE_DIST_LINK_OPERATION_H_

#include "core/backend/collectives.h"
#include "core/base/status.h"
#include "core/dist/operation.h"

namespace alexnet {

// Inside Backend::Run. `token`: 8 bytes of the device, for barriers.
Status CarryByLink(Collectives& link, const Operation& operation, void* token);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_LINK_OPERATION_H_
