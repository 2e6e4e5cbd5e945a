// Parameters: the tensors that a layer learns.

#ifndef ALEXNET_CORE_NETWORK_PARAMETER_INFERENCE_H_
#define ALEXNET_CORE_NETWORK_PARAMETER_INFERENCE_H_

#include <vector>

#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// Weight, then bias where there is one, of layer number `index` over the input
// blob `in`, batch 1; empty for a layer that learns nothing. The layer must fit
// its input (shape_inference.h). Refuses tensors beyond 2^40 elements.
Result<std::vector<ParameterInfo>> InferParameters(const Layer& layer,
                                                   int index, const Shape& in);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_PARAMETER_INFERENCE_H_
