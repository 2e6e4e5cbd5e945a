#include "tools/convert/formats/onnx/lrn_pieces.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "tools/convert/base/errors.h"

namespace alexnet::convert::onnx {
namespace {

bool IsHere(const GraphNode& node, const std::set<std::string>& blob,
            size_t input) {
  return input < node.inputs.size() && blob.contains(node.inputs[input]);
}

// The size of a window that is centred, one step apart, and counts padding.
int64_t WithinSize(const GraphNode& node) {
  const std::vector<int64_t> kernel = node.Ints("kernel_shape", {});
  const std::vector<int64_t> pads = node.Ints("pads", {0, 0, 0, 0});
  const int64_t size = kernel.empty() ? 0 : kernel[0];
  const int64_t before = (size - 1) / 2;
  const int64_t after = size / 2;
  const bool centred =
      kernel == std::vector<int64_t>{size, size} &&
      pads == std::vector<int64_t>{before, before, after, after} &&
      node.Ints("strides", {1, 1}) == std::vector<int64_t>{1, 1} &&
      node.Int("count_include_pad", 0) == 1;
  if (!centred) throw Unsupported(node.where(), "averages another window");
  return size;
}

// The size of a window over channels alone. PyTorch's is centred as the
// engine's for odd sizes only. `padding` is a node's of its own, or, after
// optimisers, the pooling's.
int64_t AcrossSize(const GraphNode& node, std::optional<int64_t> padding) {
  const std::vector<int64_t> kernel = node.Ints("kernel_shape", {});
  const int64_t size = kernel.empty() ? 0 : kernel[0];
  if (kernel != std::vector<int64_t>{size, 1, 1} ||
      node.Ints("strides", {1, 1, 1}) != std::vector<int64_t>{1, 1, 1}) {
    throw Unsupported(node.where(), "averages another window");
  }
  if (size % 2 == 0) {
    throw Unsupported(
        node.where(),
        fmt::format(
            "normalizes over {} channels, an even number, whose window "
            "PyTorch centres otherwise than this engine does; odd sizes "
            "are read",
            size));
  }
  const int64_t half = size / 2;
  const std::vector<int64_t> none(6, 0);
  const std::vector<int64_t> pads = node.Ints("pads", none);
  const bool before = pads == none && padding.value_or(half) == half;
  const bool inside = pads == std::vector<int64_t>{half, 0, 0, half, 0, 0} &&
                      node.Int("count_include_pad", 0) == 1 && padding == 0;
  if (!before && !inside) {
    throw Unsupported(node.where(),
                      fmt::format("averages over {} channels that are not "
                                  "padded by {} at either end",
                                  size, half));
  }
  return size;
}

}  // namespace

Lrn LrnOf(const GraphNode& node) {
  return Lrn{false, node.Int("size", 0),       node.Float("alpha", 1e-4f),
             true,  node.Float("beta", 0.75f), node.Float("bias", 1.0f),
             1};
}

LrnPieces::Taken LrnPieces::Take(const GraphNode& node,
                                 const std::set<std::string>& blob) {
  const Taken towers = TakeTowers(node, blob);
  return towers != Taken::kNo ? towers : TakeExpression(node, blob);
}

void LrnPieces::Clear() {
  branches_.clear();
  expressions_.clear();
}

LrnPieces::Taken LrnPieces::TakeTowers(const GraphNode& node,
                                       const std::set<std::string>& blob) {
  if (node.op == "Split" && IsHere(node, blob, 0)) {
    if (node.Int("axis", 0) != 1) {
      throw Unsupported(node.where(), "splits another axis than channels");
    }
    CheckEven(node);
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      branches_[node.outputs[i]] = {node.outputs[0], i, node.outputs.size(),
                                    std::nullopt};
    }
    return Taken::kPart;
  }
  const auto found = branches_.find(node.inputs[0]);
  if (found == branches_.end()) return Taken::kNo;
  Branch branch = found->second;
  if (node.op == "LRN" && !branch.lrn) {
    branch.lrn = LrnOf(node);
    branches_[node.outputs[0]] = branch;
    return Taken::kPart;
  }
  Join(node, branch);
  return Taken::kLast;
}

void LrnPieces::CheckEven(const GraphNode& node) const {
  std::vector<int64_t> sizes = node.Ints("split", {});
  if (const Constant* given = values_.ConstantAt(node, 1); given != nullptr) {
    sizes = given->integers;
  }
  const bool even = std::all_of(sizes.begin(), sizes.end(), [&](int64_t size) {
    return size == sizes.front();
  });
  if (!even) throw Unsupported(node.where(), "splits channels unevenly");
}

void LrnPieces::Join(const GraphNode& node, const Branch& first) {
  if (node.op != "Concat" || node.Int("axis", 0) != 1 ||
      node.inputs.size() != first.count) {
    throw Unsupported(node.where(), "joins towers as no AlexNet does");
  }
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const auto each = branches_.find(node.inputs[i]);
    if (each == branches_.end() || each->second.split != first.split ||
        each->second.index != i || !each->second.lrn ||
        *each->second.lrn != *first.lrn) {
      throw Unsupported(node.where(), "joins towers that differ");
    }
  }
  lrn_ = *first.lrn;
  lrn_.groups = static_cast<int64_t>(node.inputs.size());
}

LrnPieces::Taken LrnPieces::TakeExpression(const GraphNode& node,
                                           const std::set<std::string>& blob) {
  if (node.op == "Mul" && IsHere(node, blob, 0) && IsHere(node, blob, 1)) {
    expressions_[node.outputs[0]] = {};
    return Taken::kPart;
  }
  if (node.op == "Div" && IsHere(node, blob, 0) && node.inputs.size() == 2) {
    const auto found = expressions_.find(node.inputs[1]);
    if (found == expressions_.end() ||
        found->second.stage != Expression::kPower) {
      return Taken::kNo;
    }
    const Expression& e = found->second;
    lrn_ = Lrn{e.within_channel, e.size, e.alpha, true, e.beta, e.k, 1};
    return Taken::kLast;
  }
  const std::string& from =
      node.branch_inputs.empty() ? node.inputs[0] : node.branch_inputs[0];
  const auto found = expressions_.find(from);
  if (found == expressions_.end()) return Taken::kNo;
  expressions_[node.outputs[0]] = Extended(node, found->second);
  return Taken::kPart;
}

std::optional<int64_t> LrnPieces::PaddingOf(const GraphNode& node) const {
  constexpr size_t kAmounts = 10;  // of five axes, at both ends
  constexpr int64_t kMost = 65536;
  const std::optional<float> value = node.inputs.size() > 2
                                         ? values_.ScalarAt(node, 2)
                                         : node.Float("value", 0.0f);
  const bool has_value = node.inputs.size() < 3 || !node.inputs[2].empty();
  if (node.Text("mode", "constant") != "constant" ||
      (has_value && value != 0.0f)) {
    throw Unsupported(node.where(), "pads squares with something else than 0");
  }
  std::vector<int64_t> pads = node.Ints("pads", {});
  if (node.inputs.size() > 1) {
    const Constant* given = values_.ConstantAt(node, 1);
    if (given == nullptr) return std::nullopt;
    pads = given->integers;
  }
  const int64_t channels = pads.size() == kAmounts ? pads[2] : 0;
  const std::vector<int64_t> expected = {0, 0, channels, 0, 0,
                                         0, 0, channels, 0, 0};
  const bool by_axes = node.inputs.size() > 3 && !node.inputs[3].empty();
  if (pads != expected || by_axes || channels < 0 || channels > kMost) {
    throw Unsupported(node.where(),
                      "pads squares otherwise than by as many channels at "
                      "either end");
  }
  return channels;
}

LrnPieces::Expression LrnPieces::Extended(const GraphNode& node,
                                          Expression next) const {
  const std::optional<float> number = values_.ScalarAt(node, 1);
  const bool reshapes = node.op == "Unsqueeze" || node.op == "Squeeze" ||
                        node.op == "Reshape" ||
                        (node.op == "If" && values_.IsShape(node));
  if (next.stage <= Expression::kMean && reshapes) {
    // Channels as a third axis of pictures.
  } else if (next.stage == Expression::kSquare && node.op == "Pad") {
    const std::optional<int64_t> more = PaddingOf(node);
    if (!more || !next.padding) {
      next.padding.reset();
    } else {
      *next.padding += *more;
    }
  } else if (next.stage == Expression::kSquare && node.op == "AveragePool") {
    next.stage = Expression::kMean;
    next.within_channel = node.Ints("kernel_shape", {}).size() == 2;
    if (next.within_channel && next.padding != 0) {
      throw Unsupported(node.where(), "averages padded squares");
    }
    next.size =
        next.within_channel ? WithinSize(node) : AcrossSize(node, next.padding);
  } else if (next.stage == Expression::kMean && node.op == "Mul" && number) {
    next.stage = Expression::kScaled;
    next.alpha = *number;
  } else if (next.stage == Expression::kScaled && node.op == "Add" && number) {
    next.stage = Expression::kShifted;
    next.k = *number;
  } else if (next.stage == Expression::kShifted && node.op == "Pow" && number) {
    next.stage = Expression::kPower;
    next.beta = *number;
  } else {
    throw Unsupported(node.where(), "computes with squares as no AlexNet does");
  }
  return next;
}

}  // namespace alexnet::convert::onnx
