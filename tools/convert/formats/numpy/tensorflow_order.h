// Weights in TensorFlow's order: convolutions (kh, kw, in, out), fully
// connected layers (in, out) over features flattened as (h, w, c).

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_TENSORFLOW_ORDER_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_TENSORFLOW_ORDER_H_

#include <vector>

#include "tools/convert/model/layers.h"
#include "tools/convert/model/tensor.h"

namespace alexnet::convert::numpy {

// Whether convolutions, of which there are some, have their kernels in front:
// small squares, as everyone else has them behind.
bool IsTensorFlows(const std::vector<Tensor>& tensors);
// Whether they have them behind, and cannot have them in front.
bool IsPyTorchs(const std::vector<Tensor>& tensors);

// A weight of such a file in the engine's order; its rows stay as they are
// flattened (FlattenOrder::kHwc).
Tensor FromTensorFlow(const Tensor& weight);
// A weight of the engine's, of `layer`, in that order.
Tensor ToTensorFlow(const Tensor& weight, const Layer& layer);

}  // namespace alexnet::convert::numpy

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_TENSORFLOW_ORDER_H_
