// Graph: an ONNX model taken apart, its tensors where they are.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_GRAPH_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_GRAPH_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/convert/base/source_file.h"
#include "tools/convert/formats/onnx/onnx.pb.h"
#include "tools/convert/model/tensor.h"

namespace alexnet::convert::onnx {

// Of TensorProto.DataType.
enum DataType {
  kFloat = 1,
  kInt64 = 7,
  kFloat16 = 10,
  kDouble = 11,
  kBFloat16 = 16
};

// A constant of the file: floating point numbers, or a few whole ones.
struct Constant {
  std::optional<Tensor> tensor;
  std::vector<int64_t> integers;
  int64_t columns = 0;  // of `integers`, row by row; 0: they have one axis
};

struct GraphNode {
  std::string name;  // for errors: its own, or "node 7"
  std::string op;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::map<std::string, Attribute> attributes;
  std::optional<Constant> value;  // the attribute "value"
  // What the branches of an If take from outside: all of them only take an axis
  // of extent 1 away, or leave their input as it is.
  std::vector<std::string> branch_inputs;

  std::string where() const { return name + " (" + op + ")"; }
  int64_t Int(const std::string& key, int64_t otherwise) const;
  float Float(const std::string& key, float otherwise) const;
  std::string Text(const std::string& key, const std::string& otherwise) const;
  std::vector<int64_t> Ints(const std::string& key,
                            std::vector<int64_t> otherwise) const;
};

struct Graph {
  std::string name;
  std::string producer;
  int64_t opset = 0;
  std::map<std::string, std::string> metadata;
  std::string input;                 // the pictures' name
  std::vector<int64_t> input_shape;  // (N, C, H, W); 0 for what is not said
  std::vector<std::string> outputs;  // names
  std::map<std::string, Constant> constants;
  // In an order in which each comes after what it uses. Without those that no
  // output needs, where outputs are named.
  std::vector<GraphNode> nodes;
  size_t unneeded = 0;  // nodes that were left out for it, but for constants
};

// Whether the bytes start as an encoded ModelProto does.
bool LooksLikeModel(Bytes file);

// Throws Damaged, or Unsupported for what is no plain graph of numbers in this
// file or in a file beside it: subgraphs, functions, training information,
// quantized operators, other operator sets.
Graph ParseModel(const std::shared_ptr<SourceFile>& file);

}  // namespace alexnet::convert::onnx

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_GRAPH_H_
