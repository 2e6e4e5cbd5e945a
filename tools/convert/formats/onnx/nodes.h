// Layers of the engine as ONNX's nodes.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_NODES_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_NODES_H_

#include <string>
#include <vector>

#include "tools/convert/formats/onnx/onnx.pb.h"
#include "tools/convert/model/export_model.h"

namespace alexnet::convert::onnx {

// A constant: one of the model's tensors, or a few numbers.
struct Initializer {
  std::string name;
  const Tensor* tensor = nullptr;
  std::vector<float> floats;  // without a tensor: a scalar
};

struct Nodes {
  std::vector<Node> nodes;
  std::vector<Initializer> initializers;
  std::string input;
  std::string output;
};

// Throws Unsupported, naming the layer, for what ONNX cannot say.
Nodes NodesOf(const ExportModel& model);

}  // namespace alexnet::convert::onnx

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_NODES_H_
