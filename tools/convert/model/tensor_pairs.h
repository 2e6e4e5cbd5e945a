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
  bool operator==(const TensorPair&) const = default;
};

// Of a file without layers: convolutions before fully connected layers, each in
// the order that the names have with numbers in them by value ("features.10"
// after "features.8"), or in that of the file, which is the network's where a
// program keeps it and says more than words do. Where the two differ both are
// given, the likelier first: by name where all names are numbered. Throws
// Invalid for tensors that are no weight and no weight's bias.
std::vector<std::vector<TensorPair>> PairTensors(
    const std::vector<Tensor>& tensors);

// Of the layers that have a weight; throws Damaged for names of no tensor.
std::vector<TensorPair> PairsOfLayers(const ForeignModel& foreign);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_TENSOR_PAIRS_H_
