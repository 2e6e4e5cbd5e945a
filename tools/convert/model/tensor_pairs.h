// TensorPairs: weights and biases in the order of the layers they belong to.

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_TENSOR_PAIRS_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_TENSOR_PAIRS_H_

#include <string>
#include <vector>

#include "tools/convert/model/foreign_model.h"

namespace alexnet::convert {

struct TensorPair {
  const Tensor* weight = nullptr;
  const Tensor* bias = nullptr;  // null: none
};

// Of a file without layers: convolutions before fully connected layers, each by
// name with numbers in it by value ("features.10" after "features.8"). Throws
// Invalid for tensors that are no weight and no weight's bias.
std::vector<TensorPair> PairTensors(const std::vector<Tensor>& tensors);

// Of the layers that have a weight; throws Damaged for names of no tensor.
std::vector<TensorPair> PairsOfLayers(const ForeignModel& foreign);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_TENSOR_PAIRS_H_
