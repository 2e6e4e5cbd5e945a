#include "tools/convert/formats/onnx/channels.h"

#include <cmath>
#include <vector>

#include "tools/convert/base/errors.h"

namespace alexnet::convert::onnx {
namespace {

// A tensor filled with one number can claim any.
constexpr int64_t kMaxChannels = int64_t{1} << 20;

// One number for each channel; nothing for constants of other shapes.
std::optional<std::vector<double>> NumbersOf(const Tensor& constant,
                                             const BlobAxes& axes) {
  const Extents& shape = constant.shape;
  const auto channels = static_cast<size_t>(axes.channels);
  if (axes.channels > kMaxChannels) return std::nullopt;
  if (constant.elements() == 1) {
    return std::vector<double>(channels, ValuesOf(constant)[0]);
  }
  if (shape.size() > axes.rank) return std::nullopt;
  // Shapes are aligned at their ends.
  const size_t missing = axes.rank - shape.size();
  for (size_t i = 0; i < shape.size(); ++i) {
    const bool is_channel = i + missing == axes.channel_axis;
    if (shape[i] != (is_channel ? axes.channels : 1)) return std::nullopt;
  }
  const std::vector<float> values = ValuesOf(constant);
  if (values.size() != channels) return std::nullopt;
  return std::vector<double>(values.begin(), values.end());
}

std::vector<float> Needed(const GraphNode& node, const Values& values,
                          size_t input) {
  const Tensor* tensor = values.TensorAt(node, input);
  if (tensor != nullptr) return ValuesOf(*tensor);
  throw Unsupported(node.where(),
                    "normalizes by numbers that are not in the "
                    "file");
}

}  // namespace

bool IsArithmetic(const GraphNode& node) {
  return node.op == "Add" || node.op == "Sub" || node.op == "Mul" ||
         node.op == "Div";
}

std::optional<ChannelMap> MapOf(const GraphNode& node, const Values& values,
                                size_t blob_input, const BlobAxes& axes) {
  const Tensor* constant = values.TensorAt(node, 1 - blob_input);
  if (constant == nullptr || node.inputs.size() != 2) return std::nullopt;
  const std::optional<std::vector<double>> numbers = NumbersOf(*constant, axes);
  if (!numbers || (node.op == "Div" && blob_input == 1)) return std::nullopt;
  ChannelMap map;
  for (const double number : *numbers) {
    const double sign = node.op == "Sub" ? -1.0 : 1.0;
    if (node.op == "Mul" || node.op == "Div") {
      map.scale.push_back(node.op == "Mul" ? number : 1.0 / number);
      map.shift.push_back(0.0);
    } else {
      map.scale.push_back(blob_input == 1 ? sign : 1.0);
      map.shift.push_back(blob_input == 1 ? number : sign * number);
    }
    if (!std::isfinite(map.scale.back()) || !std::isfinite(map.shift.back())) {
      throw Damaged(node.where(),
                    "computes with a constant that is no number, "
                    "or divides by zero");
    }
  }
  return map;
}

ChannelMap BatchNormalizationOf(const GraphNode& node, const Values& values) {
  if (node.Int("training_mode", 0) != 0) {
    throw Unsupported(node.where(),
                      "normalizes by the statistics of a batch, as while "
                      "training; export the network after model.eval()");
  }
  return BatchNormalization(Needed(node, values, 1), Needed(node, values, 2),
                            Needed(node, values, 3), Needed(node, values, 4),
                            node.Float("epsilon", 1e-5f), node.where());
}

ChannelMap Composed(const ChannelMap& first, const ChannelMap& second) {
  ChannelMap map;
  for (size_t i = 0; i < first.scale.size(); ++i) {
    map.scale.push_back(second.scale[i] * first.scale[i]);
    map.shift.push_back(second.scale[i] * first.shift[i] + second.shift[i]);
  }
  return map;
}

}  // namespace alexnet::convert::onnx
