// Initial values of parameters.

#ifndef ALEXNET_CORE_NETWORK_INIT_H_
#define ALEXNET_CORE_NETWORK_INIT_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// One float32 tensor per NetworkInfo::parameters, drawn as their rules say. The
// value of an element depends only on the seed, the parameter's index and the
// element's index (Philox, RandomPurpose::kWeightInit). A large network takes
// seconds, in which `interrupt` is heard.
Result<std::vector<Tensor>> InitialParameters(const NetworkInfo& info,
                                              uint64_t seed,
                                              const Interrupt& interrupt = {});

// The same for one parameter: element i of parameter `index`.
Status FillInitial(const ParameterInfo& parameter, int index, uint64_t seed,
                   std::span<float> values, const Interrupt& interrupt = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_INIT_H_
