#include "tools/convert/formats/onnx/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "tools/convert/base/errors.h"
#include "tools/convert/formats/onnx/channels.h"

namespace alexnet::convert::onnx {

namespace {

// Of all constants that a graph computes.
constexpr size_t kMaxComputed = size_t{1} << 23;

// A half's numbers are decimals that were rounded: alpha of 1e-4 is
// 0.000100017.
float ShortestDecimal(float value, ElementType type) {
  const auto rounded = [&](float number) {
    const Tensor one = TensorOfValues("", {number});
    float back = 0.0f;
    Stream(one, type, [&](int64_t, Bytes half) {
      const std::vector<std::byte> bytes(half.begin(), half.end());
      back = ValuesOf(DenseTensor("", type, {1}, bytes, nullptr))[0];
    });
    return back;
  };
  for (int digits = 1; digits < 6; ++digits) {
    const float decimal =
        std::strtof(fmt::format("{:.{}g}", value, digits).c_str(), nullptr);
    if (rounded(decimal) == value) return decimal;
  }
  return value;
}

// Whole numbers, of which shapes are made, are whole; other types stay as they
// are, since their values do.
Constant CastOf(const GraphNode& node, const Constant& from) {
  constexpr int64_t kInt32 = 6;
  constexpr int64_t kMostNumbers = 64;
  constexpr float kLargest = 1e9f;
  const int64_t to = node.Int("to", 0);
  if (!from.tensor || (to != kInt64 && to != kInt32) ||
      from.tensor->elements() > kMostNumbers) {
    return from;
  }
  Constant whole;
  for (const float value : ValuesOf(*from.tensor)) {
    if (!(value >= -kLargest && value <= kLargest)) {
      throw Damaged(node.where(),
                    "makes a whole number of one that is too "
                    "large");
    }
    whole.integers.push_back(static_cast<int64_t>(value));
  }
  return whole;
}

float Apply(const std::string& op, float a, float b) {
  if (op == "Add") return a + b;
  if (op == "Sub") return a - b;
  if (op == "Mul") return a * b;
  return a / b;
}

// Of two axes, in the order that the node says.
Tensor Transposed(const GraphNode& node, const Tensor& from) {
  const std::vector<int64_t> perm = node.Ints("perm", {1, 0});
  if (perm == std::vector<int64_t>{0, 1}) return from;
  if (perm == std::vector<int64_t>{1, 0}) return Permuted(from, {1, 0});
  throw Damaged(node.where(), "turns axes that a matrix does not have");
}

// Without the axes that are named, which have one element each; without a name,
// all such axes.
Extents Squeezed(const GraphNode& node, const Extents& shape,
                 const std::vector<int64_t>& axes) {
  const auto rank = static_cast<int64_t>(shape.size());
  std::set<int64_t> taken;
  for (const int64_t axis : axes) {
    const int64_t at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= rank || shape[static_cast<size_t>(at)] != 1) {
      throw Damaged(node.where(), fmt::format("takes axis {} of {} away", axis,
                                              ExtentsText(shape)));
    }
    taken.insert(at);
  }
  Extents rest;
  for (int64_t i = 0; i < rank; ++i) {
    const int64_t extent = shape[static_cast<size_t>(i)];
    const bool goes = axes.empty() ? extent == 1 : taken.contains(i);
    if (!goes) rest.push_back(extent);
  }
  return rest;
}

// Arithmetic of two constants of one shape, or of which one is one number.
Tensor Computed(const GraphNode& node, const Tensor& a, const Tensor& b) {
  const bool a_is_one = a.elements() == 1;
  const bool b_is_one = b.elements() == 1;
  if (!a_is_one && !b_is_one && a.shape != b.shape) {
    throw Unsupported(node.where(), "computes with constants of shapes " +
                                        ExtentsText(a.shape) + " and " +
                                        ExtentsText(b.shape));
  }
  // More than any layer has; what repeats one number can claim any.
  constexpr int64_t kMostElements = int64_t{1} << 26;
  if (std::max(a.elements(), b.elements()) > kMostElements) {
    throw Unsupported(node.where(), "computes with too large a constant");
  }
  const std::vector<float> left = ValuesOf(a);
  const std::vector<float> right = ValuesOf(b);
  std::vector<float> values(std::max(left.size(), right.size()));
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = Apply(node.op, left[a_is_one ? 0 : i], right[b_is_one ? 0 : i]);
  }
  Tensor result = TensorOfValues(node.outputs[0], std::move(values));
  return WithShape(std::move(result), b_is_one ? a.shape : b.shape);
}

}  // namespace

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
  const float value = ValuesOf(*tensor)[0];
  if (tensor->type != ElementType::kF16 && tensor->type != ElementType::kBF16) {
    return value;
  }
  return ShortestDecimal(value, tensor->type);
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
  } else if (std::optional<Constant> arranged = Arranged(node)) {
    made = *std::move(arranged);
    Spend(node, made.integers.size());
  } else if (node.op == "ConstantOfShape" && node.value &&
             !node.value->tensor) {
    shapes_.insert(node.outputs[0]);
    return true;
  } else if (node.op == "ConstantOfShape") {
    made.tensor = Filled(node);
  } else if (node.op == "Cast" || node.op == "Identity") {
    const Constant* from = ConstantAt(node, 0);
    if (from == nullptr) return FoldShape(node);
    made = node.op == "Cast" ? CastOf(node, *from) : *from;
    Spend(node, made.integers.size());
  } else if (node.op == "Transpose") {
    const Tensor* from = TensorAt(node, 0);
    if (from == nullptr || from->shape.size() != 2) return FoldShape(node);
    made.tensor = Transposed(node, *from);
  } else if (IsArithmetic(node) && TensorAt(node, 0) != nullptr &&
             TensorAt(node, 1) != nullptr) {
    Spend(node, static_cast<size_t>(std::max(TensorAt(node, 0)->elements(),
                                             TensorAt(node, 1)->elements())));
    made.tensor = Computed(node, *TensorAt(node, 0), *TensorAt(node, 1));
  } else if ((node.op == "Reshape" || node.op == "Unsqueeze" ||
              node.op == "Squeeze") &&
             TensorAt(node, 0) != nullptr) {
    made.tensor = Reshaped(node, *TensorAt(node, 0));
  } else if (node.op == "Unsqueeze" || node.op == "Concat") {
    // Of whole numbers, for a Reshape.
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const Constant* from = ConstantAt(node, i);
      if (from == nullptr || from->tensor || from->columns > 0) {
        return FoldShape(node);
      }
      if (node.op == "Unsqueeze" && i > 0) break;
      Spend(node, from->integers.size());
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

std::optional<Constant> Values::Arranged(const GraphNode& node) const {
  using Integers = std::vector<int64_t>;
  constexpr size_t kMost = 64;
  const Constant* from = ConstantAt(node, 0);
  if (from == nullptr || from->tensor || from->integers.empty() ||
      from->integers.size() > kMost) {
    return std::nullopt;
  }
  const auto given = [&](size_t input) {
    const Constant* constant = ConstantAt(node, input);
    return constant != nullptr ? constant->integers : Integers();
  };
  Constant made = *from;
  const auto count = static_cast<int64_t>(from->integers.size());
  const int64_t columns = std::max<int64_t>(from->columns, 1);
  if (node.op == "ConstantOfShape" && node.value && count == 1 &&
      node.value->integers.size() == 1 && from->integers[0] >= 0 &&
      from->integers[0] <= static_cast<int64_t>(kMost)) {
    made.integers.assign(static_cast<size_t>(from->integers[0]),
                         node.value->integers[0]);
  } else if (node.op == "Reshape" && given(1) == Integers{-1}) {
    made.columns = 0;
  } else if (node.op == "Reshape" && given(1) == Integers{-1, 2} &&
             count % 2 == 0) {
    made.columns = 2;
  } else if (node.op == "Slice" && node.inputs.size() == 5 &&
             given(1) == Integers{-1} && given(2).size() == 1 &&
             given(2)[0] < -count && given(3) == Integers{0} &&
             given(4) == Integers{-1}) {
    // The rows from the last to the first.
    for (int64_t i = 0; i < count; ++i) {
      const int64_t row = count / columns - 1 - i / columns;
      made.integers[static_cast<size_t>(i)] =
          from->integers[static_cast<size_t>(row * columns + i % columns)];
    }
  } else if (node.op == "Transpose" && from->columns > 0 &&
             node.Ints("perm", {1, 0}) == Integers{1, 0}) {
    made.columns = count / columns;
    for (int64_t i = 0; i < count; ++i) {
      made.integers[static_cast<size_t>(i)] =
          from->integers[static_cast<size_t>(i % made.columns * columns +
                                             i / made.columns)];
    }
  } else {
    return std::nullopt;
  }
  return made;
}

bool Values::IsShape(const GraphNode& node) const {
  return std::any_of(
      node.inputs.begin(), node.inputs.end(),
      [&](const std::string& input) { return shapes_.contains(input); });
}

void Values::Spend(const GraphNode& node, size_t elements) {
  computed_ += elements;
  if (computed_ <= kMaxComputed) return;
  throw Unsupported(
      node.where(),
      fmt::format("computes with constants: more than {} elements in all, "
                  "which no AlexNet needs; export the graph with constants "
                  "folded",
                  kMaxComputed));
}

Tensor Values::Reshaped(const GraphNode& node, const Tensor& from) const {
  const Constant* given = ConstantAt(node, 1);
  std::vector<int64_t> numbers =
      given != nullptr ? given->integers : node.Ints("axes", {});
  Extents shape = from.shape;
  if (node.op == "Reshape") {
    shape = numbers;
    int64_t known = 1;
    for (size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == 0 && i < from.shape.size()) shape[i] = from.shape[i];
      if (shape[i] > 0 && shape[i] <= from.elements()) known *= shape[i];
      if (known > from.elements()) break;
    }
    for (int64_t& extent : shape) {
      if (extent == -1) extent = from.elements() / known;
    }
  } else if (node.op == "Squeeze") {
    shape = Squeezed(node, shape, numbers);
  } else {
    const auto rank = static_cast<int64_t>(shape.size() + numbers.size());
    for (int64_t& axis : numbers) axis = axis < 0 ? axis + rank : axis;
    std::sort(numbers.begin(), numbers.end());
    for (const int64_t axis : numbers) {
      if (axis < 0 || axis > static_cast<int64_t>(shape.size())) {
        throw Damaged(node.where(), "names an axis that is not there");
      }
      shape.insert(shape.begin() + axis, 1);
    }
  }
  if (shape.empty()) shape = {1};
  if (CheckedElements(shape, node.where()) != from.elements()) {
    throw Damaged(node.where(), "reshapes " + ExtentsText(from.shape) + " to " +
                                    ExtentsText(shape));
  }
  if (from.parts.size() != 1 ||
      from.parts[0].strides != DenseStrides(from.shape)) {
    throw Unsupported(node.where(), "reshapes a constant that was turned");
  }
  return WithShape(from, shape);
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
