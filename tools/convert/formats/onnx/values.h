// Values: what a graph computes from constants and shapes alone.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_VALUES_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_VALUES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "tools/convert/formats/onnx/graph.h"

namespace alexnet::convert::onnx {

class Values {
 public:
  // The graph's constants, to which are added those that are computed. `file`
  // keeps their bytes.
  Values(Graph* graph, std::shared_ptr<SourceFile> file);

  // Every value has one name, and is used after it is made. Throws Damaged.
  void CheckNames(const GraphNode& node);

  // Takes a node that is no layer: it computes a constant, or a shape.
  // `of_blob`: its first input is a blob.
  bool Fold(const GraphNode& node, bool of_blob);

  // Null where the node's input is something else.
  const Constant* ConstantAt(const GraphNode& node, size_t input) const;
  const Tensor* TensorAt(const GraphNode& node, size_t input) const;
  // One number. Of a half, the shortest decimal that it is the nearest to.
  std::optional<float> ScalarAt(const GraphNode& node, size_t input) const;

  // Whether one of the inputs is computed from the shape of a blob.
  bool IsShape(const GraphNode& node) const;

 private:
  // Whole numbers that are computed from others and not known here: what blobs
  // are reshaped to.
  bool FoldShape(const GraphNode& node);
  // Whole numbers that are put in another order, as PyTorch's exporter does
  // with those that Pad takes: by ConstantOfShape, Reshape, Slice and
  // Transpose. Nothing for others.
  std::optional<Constant> Arranged(const GraphNode& node) const;
  // Counts `elements` that the node computes, since each node may double them.
  void Spend(const GraphNode& node, size_t elements);
  // A constant in another shape: as Reshape, Squeeze or Unsqueeze.
  Tensor Reshaped(const GraphNode& node, const Tensor& from) const;
  // One number, everywhere: a part without strides.
  Tensor Filled(const GraphNode& node) const;

  std::map<std::string, Constant>& constants_;
  const std::shared_ptr<SourceFile> file_;
  size_t computed_ = 0;           // elements of constants so far
  std::set<std::string> known_;   // all values so far
  std::set<std::string> shapes_;  // those computed from shapes
};

}  // namespace alexnet::convert::onnx

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_VALUES_H_
