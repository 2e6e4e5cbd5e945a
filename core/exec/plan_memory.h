// Whether a plan's memory is there.

#ifndef ALEXNET_CORE_EXEC_PLAN_MEMORY_H_
#define ALEXNET_CORE_EXEC_PLAN_MEMORY_H_

#include <cstdint>

#include "core/backend/device.h"
#include "core/base/status.h"

namespace alexnet {

// Before a plan of `batch` samples takes `bytes`, which grow with the batch, of
// what is left beside its parameters: where there is not that much and a little
// for the device's own needs, the error says how much was needed, how much
// there is and which batch would fit.
Status CheckRoom(Device& device, int64_t bytes, int64_t batch);

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_PLAN_MEMORY_H_
