#include "tools/convert/model/export_model.h"

#include <string>
#include <utility>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {
namespace {

ElementType TypeOf(int32_t dtype) {
  switch (dtype) {
    case ALEXNET_DTYPE_F16:
      return ElementType::kF16;
    case ALEXNET_DTYPE_BF16:
      return ElementType::kBF16;
    default:
      return ElementType::kF32;
  }
}

Tensor TensorAt(const alexnet::Model& model, size_t index,
                const TensorInfo& info) {
  return DenseTensor(info.name, TypeOf(info.dtype),
                     Extents(info.shape, info.shape + info.rank),
                     model.tensor_data(index), nullptr);
}

}  // namespace

ExportModel MakeExportModel(const alexnet::Model& model, int32_t dtype) {
  ExportModel result;
  result.model = &model;
  result.layers = LayersOf(model.network(), model.info().network);
  result.weights.resize(result.layers.layers.size());
  result.biases.resize(result.layers.layers.size());
  result.preprocessing = model.preprocessing();
  result.labels = model.labels();
  result.metadata = model.metadata();
  result.producer = "alexnet " + std::string(version());
  const std::vector<TensorInfo> tensors = model.tensors();
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].role != ALEXNET_TENSOR_PARAMETER) continue;
    result.type = TypeOf(dtype != 0 ? dtype : tensors[i].dtype);
    const std::string name = tensors[i].name;
    for (size_t layer = 0; layer < result.layers.layers.size(); ++layer) {
      const std::string& of = result.layers.layers[layer].name;
      if (name == of + ".weight") {
        result.weights[layer] = TensorAt(model, i, tensors[i]);
      } else if (name == of + ".bias") {
        result.biases[layer] = TensorAt(model, i, tensors[i]);
      }
    }
  }
  return result;
}

}  // namespace alexnet::convert
