// ExportModel: a model as writers need it.

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_EXPORT_MODEL_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_EXPORT_MODEL_H_

#include <alexnet/alexnet.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tools/convert/model/layers.h"
#include "tools/convert/model/tensor.h"

namespace alexnet::convert {

// The tensors are dense and belong to the model. Writers reorder them with
// Permuted and Split, and write them with Stream, in `type`.
struct ExportModel {
  const alexnet::Model* model = nullptr;
  Layers layers;                // with shapes; names such as "conv1", "fc8"
  std::vector<Tensor> weights;  // by layer; without parts where there is none
  std::vector<Tensor> biases;   // by layer; likewise
  Preprocessing preprocessing;  // borrows the mean image from the model
  std::vector<std::string> labels;
  std::vector<std::pair<std::string, std::string>> metadata;
  ElementType type = ElementType::kF32;  // to write tensors in
  std::string producer;                  // "alexnet 0.1.0"
};

// `dtype`: ALEXNET_DTYPE_..., or 0 for the one that the model's tensors have.
// The result borrows from `model`.
ExportModel MakeExportModel(const alexnet::Model& model, int32_t dtype);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_EXPORT_MODEL_H_
