#include "tools/convert/formats/onnx/values.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "tools/convert/base/errors.h"

namespace alexnet::convert::onnx {

Values::Values(Graph* graph, std::shared_ptr<SourceFile> file)
    : constants_(graph->constants), file_(std::move(file)) {
  for (const auto& [name, constant] : constants_) known_.insert(name);
  known_.insert(graph->input);
}

void Values::CheckNames(const GraphNode& node) {
  if (node.inputs.empty() != (node.op == "Constant") || node.outputs.empty()) {
    throw Damaged(node.where(), "has no inputs or outputs");
  }
  for (const std::string& input : node.inputs) {
    if (!input.empty() && !known_.contains(input)) {
      throw Damaged(node.where(),
                    "uses \"" + input + "\", which is not there before it");
    }
  }
  for (const std::string& output : node.outputs) {
    if (!output.empty() && !known_.insert(output).second) {
      throw Damaged(node.where(), "makes \"" + output + "\" again");
    }
  }
}

const Constant* Values::ConstantAt(const GraphNode& node, size_t input) const {
  if (input >= node.inputs.size()) return nullptr;
  const auto found = constants_.find(node.inputs[input]);
  return found == constants_.end() ? nullptr : &found->second;
}

const Tensor* Values::TensorAt(const GraphNode& node, size_t input) const {
  const Constant* constant = ConstantAt(node, input);
  return constant != nullptr && constant->tensor ? &*constant->tensor : nullptr;
}

std::optional<float> Values::ScalarAt(const GraphNode& node,
                                      size_t input) const {
  const Tensor* tensor = TensorAt(node, input);
  if (tensor == nullptr || tensor->elements() != 1) return std::nullopt;
  float value = 0.0f;
  Stream(*tensor, ElementType::kF32, [&](int64_t, Bytes chunk) {
    std::memcpy(&value, chunk.data(), sizeof value);
  });
  return value;
}

bool Values::Fold(const GraphNode& node, bool of_blob) {
  Constant made;
  if (node.op == "Constant") {
    if (node.value) made = *node.value;
    if (node.attributes.contains("value_ints")) {
      made.integers = node.Ints("value_ints", {});
    } else if (node.attributes.contains("value_int")) {
      made.integers = {node.Int("value_int", 0)};
    }
  } else if (node.op == "Shape" && (of_blob || IsShape(node))) {
    shapes_.insert(node.outputs[0]);
    return true;
  } else if (node.op == "ConstantOfShape" && node.value &&
             !node.value->tensor) {
    shapes_.insert(node.outputs[0]);
    return true;
  } else if (node.op == "ConstantOfShape") {
    made.tensor = Filled(node);
  } else if (node.op == "Cast" || node.op == "Identity") {
    const Constant* from = ConstantAt(node, 0);
    if (from == nullptr) return FoldShape(node);
    made = *from;
  } else if (node.op == "Transpose") {
    const Tensor* from = TensorAt(node, 0);
    if (from == nullptr || from->shape.size() != 2) return FoldShape(node);
    made.tensor = Permuted(*from, {1, 0});
  } else if (node.op == "Unsqueeze" || node.op == "Concat") {
    // Of whole numbers, for a Reshape.
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const Constant* from = ConstantAt(node, i);
      if (from == nullptr || from->tensor) return FoldShape(node);
      if (node.op == "Unsqueeze" && i > 0) break;
      made.integers.insert(made.integers.end(), from->integers.begin(),
                           from->integers.end());
    }
  } else {
    return FoldShape(node);
  }
  if (made.tensor) made.tensor->name = node.outputs[0];
  constants_[node.outputs[0]] = std::move(made);
  return true;
}

bool Values::FoldShape(const GraphNode& node) {
  if (node.op == "If") return false;  // chooses between other values
  for (const std::string& input : node.inputs) {
    const auto constant = constants_.find(input);
    const bool whole = constant != constants_.end() ? !constant->second.tensor
                                                    : shapes_.contains(input);
    if (!input.empty() && !whole) return false;
  }
  shapes_.insert(node.outputs.begin(), node.outputs.end());
  return true;
}

bool Values::IsShape(const GraphNode& node) const {
  return std::any_of(
      node.inputs.begin(), node.inputs.end(),
      [&](const std::string& input) { return shapes_.contains(input); });
}

Tensor Values::Filled(const GraphNode& node) const {
  const Constant* shape = ConstantAt(node, 0);
  if (shape == nullptr || shape->integers.empty()) {
    throw Unsupported(node.where(), "has a shape that is not in the file");
  }
  Tensor tensor;
  if (node.value && node.value->tensor) {
    tensor = *node.value->tensor;
    if (tensor.elements() != 1) {
      throw Damaged(node.where(), "has more than one number");
    }
  } else {
    const Bytes zero = file_->Keep(std::vector<std::byte>(sizeof(float)));
    tensor = DenseTensor(node.outputs[0], ElementType::kF32, {1}, zero, file_);
  }
  tensor.shape = shape->integers;
  CheckedElements(tensor.shape, node.where());
  Part& part = tensor.parts[0];
  part.at.assign(tensor.shape.size(), 0);
  part.extents = tensor.shape;
  part.strides.assign(tensor.shape.size(), 0);
  return tensor;
}

}  // namespace alexnet::convert::onnx
