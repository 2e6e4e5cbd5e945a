// Shapes: what a layer makes of its input blob.

#ifndef ALEXNET_CORE_NETWORK_SHAPE_INFERENCE_H_
#define ALEXNET_CORE_NETWORK_SHAPE_INFERENCE_H_

#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// The output shape, and the resolved window where there is one, of a layer over
// `in`, (1, C, H, W) or (1, F); `macs` stays 0. The layer's own numbers must
// have been checked (layer_check.h). Errors name the field; the caller names
// the layer.
Result<LayerShapes> InferShapes(const Layer& layer, const Shape& in);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_SHAPE_INFERENCE_H_
