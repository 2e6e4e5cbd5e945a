// Norms of a network's layers, from those of its parameters.

#ifndef ALEXNET_CORE_TRAIN_LAYER_NORMS_H_
#define ALEXNET_CORE_TRAIN_LAYER_NORMS_H_

#include <vector>

#include "core/network/network.h"
#include "core/train/listener.h"

namespace alexnet {

// Squared L2 norms, by parameter.
struct SquaredNorms {
  std::vector<double> weights;
  std::vector<double> gradients;
  std::vector<double> updates;
};

// Of each layer that has parameters, in order: the square root of their sums.
std::vector<LayerNorms> NormsByLayer(const Network& network,
                                     const NetworkInfo& info,
                                     const SquaredNorms& squared);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_LAYER_NORMS_H_
