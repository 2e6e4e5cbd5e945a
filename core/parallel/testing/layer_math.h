// ForwardLayer, BackwardLayer: one layer in float64, by the reference's
// kernels.

#ifndef ALEXNET_CORE_PARALLEL_TESTING_LAYER_MATH_H_
#define ALEXNET_CORE_PARALLEL_TESTING_LAYER_MATH_H_

#include <cstdint>
#include <vector>

#include "core/network/layer.h"
#include "core/network/network.h"

namespace alexnet::testing {

using Values = std::vector<double>;
using Floats = std::vector<float>;

// What one layer reads and gives, dense.
struct LayerBlobs {
  Values in;
  Values out;
  Values in_gradient;
  Values out_gradient;
};

// Empty where the layer has none.
struct LayerParameters {
  Floats weight;
  Floats bias;
  Floats weight_gradient;
  Floats bias_gradient;
};

struct LayerCase {
  const Layer& layer;
  const LayerShapes& shapes;
  int64_t batch;
  // Of a dropout: what `in` is multiplied with, since a part of a blob does not
  // know which units of the whole it has. Else empty.
  Values mask;
};

// Fills blobs->out.
void ForwardLayer(const LayerCase& test, const LayerParameters& parameters,
                  LayerBlobs* blobs);
// Fills blobs->in_gradient and the parameters' gradients.
void BackwardLayer(const LayerCase& test, LayerParameters* parameters,
                   LayerBlobs* blobs);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_PARALLEL_TESTING_LAYER_MATH_H_
