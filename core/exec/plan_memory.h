// AllocateArena: the memory of a plan.

#ifndef ALEXNET_CORE_EXEC_PLAN_MEMORY_H_
#define ALEXNET_CORE_EXEC_PLAN_MEMORY_H_

#include <cstdint>

#include "core/backend/device.h"
#include "core/base/status.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// `bytes` for a plan of `batch` samples. Where the device has not that much,
// the error says how much was needed, how much there is and which batch would
// fit.
Result<AlignedBuffer> AllocateArena(Device& device, int64_t bytes,
                                    int64_t batch);

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_PLAN_MEMORY_H_
