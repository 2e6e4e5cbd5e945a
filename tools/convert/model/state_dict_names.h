// How tensors are called in files that hold names and tensors only: PyTorch's
// state dicts and what follows them (safetensors, npz).

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_STATE_DICT_NAMES_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_STATE_DICT_NAMES_H_

#include <string>
#include <vector>

#include "tools/convert/model/export_model.h"

namespace alexnet::convert {

struct NamedTensor {
  std::string name;
  const Tensor* tensor;
};

// The model's parameters in order, named as torchvision's AlexNet names them
// where that computes the same ("features.0.weight"), by their layers
// otherwise ("conv1.weight"). Borrows from `model`.
std::vector<NamedTensor> StateDict(const ExportModel& model);

// A key without what wrappers put into it: "module." of DataParallel, at the
// front or behind another name, and "model." or "state_dict." in front.
std::string WithoutWrappers(std::string key);

// Whether a tensor of that name is a counter or a statistic, which networks of
// this family do not compute with: "num_batches_tracked".
bool IsCounter(const std::string& key);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_STATE_DICT_NAMES_H_
