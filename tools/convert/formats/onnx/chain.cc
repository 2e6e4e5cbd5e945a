#include "tools/convert/formats/onnx/chain.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

namespace alexnet::convert::onnx {
namespace {

// A local response normalization that is spelled out, x / (k + alpha *
// mean)^beta: within channels by WriteOnnx, since ONNX has no operator for it,
// and across channels by PyTorch's exporter.
struct Expression {
  enum Stage { kSquare, kMean, kScaled, kShifted, kPower } stage = kSquare;
  bool within_channel = false;
  int64_t size = 0;
  float alpha = 0.0f;
  float k = 0.0f;
  float beta = 0.0f;
};

// A run of channels of a Split, before and after its LRN.
struct Branch {
  size_t index = 0;
  size_t count = 0;
  std::optional<Lrn> lrn;
};

class Chain {
 public:
  Chain(Graph graph, ForeignModel* model)
      : graph_(std::move(graph)), model_(*model) {
    layers_.name = graph_.name.empty() ? "network" : graph_.name;
    layers_.channels = graph_.input_shape[1];
    layers_.height = height_ = graph_.input_shape[2];
    layers_.width = width_ = graph_.input_shape[3];
    for (const int64_t extent : {layers_.channels, height_, width_}) {
      if (extent < 1 || extent > 65536) {
        throw Unsupported("input \"" + graph_.input + "\"",
                          "does not say how large pictures are; export with "
                          "fixed channels, height and width");
      }
    }
    here_ = {graph_.input};
    for (const auto& [name, constant] : graph_.constants) known_.insert(name);
    known_.insert(graph_.input);
  }

  void Run() {
    for (const GraphNode& node : graph_.nodes) {
      CheckNames(node);
      if (!Fold(node) && !Spell(node)) Append(node);
    }
    if (layers_.layers.empty()) throw Invalid("graph", "has no layers");
    model_.layers = std::move(layers_);
  }

 private:
  // Every value has one name, and is used after it is made.
  void CheckNames(const GraphNode& node) {
    if (node.inputs.empty() != (node.op == "Constant") ||
        node.outputs.empty()) {
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

  const Constant* ConstantAt(const GraphNode& node, size_t input) const {
    if (input >= node.inputs.size()) return nullptr;
    const auto found = graph_.constants.find(node.inputs[input]);
    return found == graph_.constants.end() ? nullptr : &found->second;
  }

  const Tensor* TensorAt(const GraphNode& node, size_t input) const {
    const Constant* constant = ConstantAt(node, input);
    return constant != nullptr && constant->tensor ? &*constant->tensor
                                                   : nullptr;
  }

  // One number.
  std::optional<float> ScalarAt(const GraphNode& node, size_t input) const {
    const Tensor* tensor = TensorAt(node, input);
    if (tensor == nullptr || tensor->elements() != 1) return std::nullopt;
    float value = 0.0f;
    Stream(*tensor, ElementType::kF32, [&](int64_t, Bytes chunk) {
      std::memcpy(&value, chunk.data(), sizeof value);
    });
    return value;
  }

  bool IsHere(const GraphNode& node, size_t input = 0) const {
    return input < node.inputs.size() && here_.contains(node.inputs[input]);
  }
  void Move(const GraphNode& node) { here_ = {node.outputs[0]}; }

  // What is computed from constants and shapes alone.
  bool Fold(const GraphNode& node) {
    Constant made;
    if (node.op == "Constant") {
      if (node.value) made = *node.value;
      if (node.attributes.contains("value_ints")) {
        made.integers = node.Ints("value_ints", {});
      } else if (node.attributes.contains("value_int")) {
        made.integers = {node.Int("value_int", 0)};
      }
    } else if (node.op == "Shape" && (IsHere(node) || IsShape(node) ||
                                      expressions_.contains(node.inputs[0]))) {
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
    graph_.constants[node.outputs[0]] = std::move(made);
    return true;
  }

  // Whole numbers computed from others: paddings, and what blobs are reshaped
  // to. Their values are not needed.
  bool FoldShape(const GraphNode& node) {
    if (node.op == "If") return false;  // chooses between other values
    for (const std::string& input : node.inputs) {
      const auto constant = graph_.constants.find(input);
      const bool whole = constant != graph_.constants.end()
                             ? !constant->second.tensor
                             : shapes_.contains(input);
      if (!input.empty() && !whole) return false;
    }
    shapes_.insert(node.outputs.begin(), node.outputs.end());
    return true;
  }

  // Whether one of the inputs is computed from the shape of a blob.
  bool IsShape(const GraphNode& node) const {
    return std::any_of(
        node.inputs.begin(), node.inputs.end(),
        [&](const std::string& input) { return shapes_.contains(input); });
  }

  // One number, everywhere: a part without strides.
  Tensor Filled(const GraphNode& node) {
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
      const Bytes zero =
          model_.file->Keep(std::vector<std::byte>(sizeof(float)));
      tensor = DenseTensor(node.outputs[0], ElementType::kF32, {1}, zero,
                           model_.file);
    }
    tensor.shape = shape->integers;
    CheckedElements(tensor.shape, node.where());
    Part& part = tensor.parts[0];
    part.at.assign(tensor.shape.size(), 0);
    part.extents = tensor.shape;
    part.strides.assign(tensor.shape.size(), 0);
    return tensor;
  }

  // The pieces of what ONNX has no operator for.
  bool Spell(const GraphNode& node) {
    return SpellTowers(node) || SpellNormalization(node);
  }

  // Split, LRN of each run of channels, Concat: towers that normalize alone.
  bool SpellTowers(const GraphNode& node) {
    if (node.op == "Split" && IsHere(node)) {
      if (node.Int("axis", 0) != 1) {
        throw Unsupported(node.where(), "splits another axis than channels");
      }
      CheckEven(node);
      for (size_t i = 0; i < node.outputs.size(); ++i) {
        branches_[node.outputs[i]] = {i, node.outputs.size(), std::nullopt};
      }
      return true;
    }
    const auto branch = branches_.find(node.inputs[0]);
    if (branch == branches_.end()) return false;
    if (node.op == "LRN" && !branch->second.lrn) {
      Branch after = branch->second;
      after.lrn = LrnOf(node);
      branches_[node.outputs[0]] = after;
      return true;
    }
    if (node.op != "Concat" || node.Int("axis", 0) != 1 ||
        node.inputs.size() != branch->second.count) {
      throw Unsupported(node.where(), "joins towers as no AlexNet does");
    }
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      const auto each = branches_.find(node.inputs[i]);
      if (each == branches_.end() || each->second.index != i ||
          !each->second.lrn || *each->second.lrn != *branch->second.lrn) {
        throw Unsupported(node.where(), "joins towers that differ");
      }
    }
    Lrn lrn = *branch->second.lrn;
    lrn.groups = static_cast<int64_t>(node.inputs.size());
    Add("norm", lrn, {});
    Move(node);
    return true;
  }

  void CheckEven(const GraphNode& node) const {
    std::vector<int64_t> sizes = node.Ints("split", {});
    if (const Constant* given = ConstantAt(node, 1); given != nullptr) {
      sizes = given->integers;
    }
    const bool even =
        std::all_of(sizes.begin(), sizes.end(),
                    [&](int64_t size) { return size == sizes.front(); });
    if (!even) throw Unsupported(node.where(), "splits channels unevenly");
  }

  bool SpellNormalization(const GraphNode& node) {
    if (node.op == "Mul" && IsHere(node, 0) && IsHere(node, 1)) {
      expressions_[node.outputs[0]] = {};
      return true;
    }
    if (node.op == "Div" && IsHere(node, 0) && node.inputs.size() == 2) {
      const auto found = expressions_.find(node.inputs[1]);
      if (found == expressions_.end() ||
          found->second.stage != Expression::kPower) {
        return false;
      }
      const Expression& e = found->second;
      Add("norm", Lrn{e.within_channel, e.size, e.alpha, true, e.beta, e.k, 1},
          {});
      Move(node);
      return true;
    }
    const std::string& from =
        node.branch_inputs.empty() ? node.inputs[0] : node.branch_inputs[0];
    const auto found = expressions_.find(from);
    if (found == expressions_.end()) return false;
    Expression next = found->second;
    const std::optional<float> number = ScalarAt(node, 1);
    const bool reshapes = node.op == "Unsqueeze" || node.op == "Squeeze" ||
                          node.op == "Reshape" || node.op == "Pad" ||
                          (node.op == "If" && IsShape(node));
    if (next.stage <= Expression::kMean && reshapes) {
      // Channels as a third axis of pictures, padded by half of the window.
    } else if (next.stage == Expression::kSquare && node.op == "AveragePool") {
      next.stage = Expression::kMean;
      next.within_channel = node.Ints("kernel_shape", {}).size() == 2;
      next.size = next.within_channel ? WithinSize(node) : AcrossSize(node);
    } else if (next.stage == Expression::kMean && node.op == "Mul" && number) {
      next.stage = Expression::kScaled;
      next.alpha = *number;
    } else if (next.stage == Expression::kScaled && node.op == "Add" &&
               number) {
      next.stage = Expression::kShifted;
      next.k = *number;
    } else if (next.stage == Expression::kShifted && node.op == "Pow" &&
               number) {
      next.stage = Expression::kPower;
      next.beta = *number;
    } else {
      throw Unsupported(node.where(),
                        "computes with squares as no AlexNet "
                        "does");
    }
    expressions_[node.outputs[0]] = next;
    return true;
  }

  // The size of a window that is centred, one step apart, and counts padding.
  int64_t WithinSize(const GraphNode& node) const {
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
  // engine's for odd sizes only.
  static int64_t AcrossSize(const GraphNode& node) {
    const std::vector<int64_t> kernel = node.Ints("kernel_shape", {});
    const int64_t size = kernel.empty() ? 0 : kernel[0];
    if (kernel != std::vector<int64_t>{size, 1, 1} || size % 2 == 0 ||
        node.Ints("strides", {1, 1, 1}) != std::vector<int64_t>{1, 1, 1} ||
        node.Ints("pads", std::vector<int64_t>(6, 0)) !=
            std::vector<int64_t>(6, 0)) {
      throw Unsupported(node.where(), "averages another window");
    }
    return size;
  }

  static Lrn LrnOf(const GraphNode& node) {
    return Lrn{false, node.Int("size", 0),       node.Float("alpha", 1e-4f),
               true,  node.Float("beta", 0.75f), node.Float("bias", 1.0f),
               1};
  }

  // A layer of the chain.
  void Append(const GraphNode& node) {
    if (!IsHere(node)) {
      // Products and sums may have the constant first.
      const bool sum = (node.op == "Add") && IsHere(node, 1);
      if (!sum) {
        throw Unsupported(node.where(),
                          "does not follow the node before it: a "
                          "network of this family is a chain");
      }
    }
    if (node.op == "Conv") {
      AddConvolution(node);
    } else if (node.op == "MaxPool" || node.op == "AveragePool") {
      AddPooling(node);
    } else if (node.op == "GlobalAveragePool") {
      height_ = width_ = 1;
      Add("avgpool", AdaptiveAveragePooling{1, 1}, {});
    } else if (node.op == "Relu") {
      Add("relu", Relu{}, {});
    } else if (node.op == "Tanh") {
      Add("tanh", Tanh{}, {});
    } else if (node.op == "LRN") {
      Add("norm", LrnOf(node), {});
    } else if (node.op == "Dropout") {
      Add("drop",
          Dropout{ScalarAt(node, 1).value_or(node.Float("ratio", 0.5f))}, {});
    } else if (node.op == "Gemm" || node.op == "MatMul") {
      AddFullyConnected(node);
    } else if (node.op == "Add") {
      AddBias(node);
    } else if (node.op == "Softmax") {
      AddSoftmax(node);
    } else if (node.op == "Flatten") {
      if (node.Int("axis", 1) != 1) {
        throw Unsupported(node.where(), "flattens from another axis than 1");
      }
    } else if (node.op != "Reshape" && node.op != "Squeeze" &&
               node.op != "Identity" && node.op != "Cast") {
      // Reshapes can only flatten: the next layer's weights say whether they
      // do.
      throw Unsupported(
          node.where(),
          node.op == "LogSoftmax"
              ? "gives logarithms; export the network with a Softmax, or "
                "without either"
              : "is of no AlexNet; known are Conv, Relu, Tanh, LRN, MaxPool, "
                "AveragePool, GlobalAveragePool, Gemm, MatMul, Flatten, "
                "Reshape, Dropout and Softmax");
    }
    Move(node);
  }

  void CheckPair(const GraphNode& node, const std::vector<int64_t>& values,
                 size_t size, int64_t least) const {
    const bool sound =
        values.size() == size &&
        std::all_of(values.begin(), values.end(), [&](int64_t value) {
          return value >= least && value <= 65536;
        });
    if (!sound) throw Damaged(node.where(), "has an impossible window");
  }

  Window WindowOf(const GraphNode& node, const std::vector<int64_t>& kernel) {
    const std::vector<int64_t> strides = node.Ints("strides", {1, 1});
    std::vector<int64_t> pads = node.Ints("pads", {0, 0, 0, 0});
    for (const int64_t dilation : node.Ints("dilations", {1, 1})) {
      if (dilation != 1) throw Unsupported(node.where(), "is dilated");
    }
    CheckPair(node, kernel, 2, 1);
    CheckPair(node, strides, 2, 1);
    const std::string pad = node.Text("auto_pad", "NOTSET");
    if (pad == "SAME_UPPER" || pad == "SAME_LOWER") {
      pads = SamePads(kernel, strides, pad == "SAME_UPPER");
    } else if (pad != "NOTSET" && pad != "VALID") {
      throw Unsupported(node.where(), "is padded by the unknown rule " + pad);
    }
    CheckPair(node, pads, 4, 0);
    Window window{kernel[0], kernel[1], strides[0], strides[1],
                  pads[0],   pads[1],   pads[2],    pads[3]};
    window.ceil = node.Int("ceil_mode", 0) != 0;
    return window;
  }

  std::vector<int64_t> SamePads(const std::vector<int64_t>& kernel,
                                const std::vector<int64_t>& strides,
                                bool upper) const {
    std::vector<int64_t> pads(4);
    const int64_t extents[] = {height_, width_};
    for (size_t i = 0; i < 2; ++i) {
      const int64_t out = (extents[i] + strides[i] - 1) / strides[i];
      const int64_t total =
          std::max<int64_t>(0, (out - 1) * strides[i] + kernel[i] - extents[i]);
      pads[i] = upper ? total / 2 : total - total / 2;
      pads[i + 2] = total - pads[i];
    }
    return pads;
  }

  // Where the next layer starts from.
  void Shrink(const GraphNode& node, const Window& window) {
    const auto count = [&](int64_t extent, int64_t kernel, int64_t stride,
                           int64_t before, int64_t after) {
      const int64_t slide = extent + before + after - kernel;
      if (slide < 0) {
        throw Damaged(node.where(), "has a window larger than its input");
      }
      return (window.ceil ? slide + stride - 1 : slide) / stride + 1;
    };
    height_ = count(height_, window.kernel_h, window.stride_h, window.pad_top,
                    window.pad_bottom);
    width_ = count(width_, window.kernel_w, window.stride_w, window.pad_left,
                   window.pad_right);
  }

  void AddConvolution(const GraphNode& node) {
    const Tensor* weight = TensorAt(node, 1);
    if (weight == nullptr || weight->shape.size() != 4) {
      throw Unsupported(node.where(),
                        "has weights that are no constants of "
                        "four axes");
    }
    Convolution convolution;
    convolution.out_channels = weight->shape[0];
    convolution.groups = node.Int("group", 1);
    convolution.window = WindowOf(
        node, node.Ints("kernel_shape", {weight->shape[2], weight->shape[3]}));
    LayerTensors names = {Keep(*weight), ""};
    const Tensor* bias = TensorAt(node, 2);
    convolution.has_bias = bias != nullptr;
    if (bias != nullptr) names.bias = Keep(*bias);
    Shrink(node, convolution.window);
    ++weighted_;
    Add("conv", convolution, names);
  }

  void AddPooling(const GraphNode& node) {
    Pooling pooling;
    pooling.average = node.op == "AveragePool";
    pooling.window = WindowOf(node, node.Ints("kernel_shape", {}));
    if (node.Int("storage_order", 0) != 0 || node.outputs.size() > 1) {
      throw Unsupported(node.where(), "gives indices");
    }
    const Window& w = pooling.window;
    const bool padded = w.pad_top + w.pad_left + w.pad_bottom + w.pad_right > 0;
    pooling.count_padding = !padded || node.Int("count_include_pad", 0) != 0;
    Shrink(node, w);
    // What adaptive pooling to its own input's size is exported as.
    if (w == Window{} && !padded) return;
    Add("pool", pooling, {});
  }

  void AddFullyConnected(const GraphNode& node) {
    const bool gemm = node.op == "Gemm";
    const Tensor* weight = TensorAt(node, 1);
    if (weight == nullptr || weight->shape.size() != 2 ||
        node.Int("transA", 0) != 0) {
      throw Unsupported(node.where(),
                        "multiplies with something else than a "
                        "constant matrix");
    }
    const bool out_first = gemm && node.Int("transB", 0) != 0;
    Tensor in_order = out_first ? *weight : Permuted(*weight, {1, 0});
    const float alpha = gemm ? node.Float("alpha", 1.0f) : 1.0f;
    if (alpha != 1.0f) in_order = Scaled(in_order, alpha);
    FullyConnected full;
    full.out_features = in_order.shape[0];
    LayerTensors names = {Keep(in_order), ""};
    const Tensor* bias = gemm ? TensorAt(node, 2) : nullptr;
    full.has_bias = bias != nullptr;
    if (bias != nullptr) {
      const float beta = node.Float("beta", 1.0f);
      names.bias = Keep(Row(node, beta == 1.0f ? *bias : Scaled(*bias, beta)));
    }
    ++weighted_;
    Add("fc", full, names);
  }

  // What is added to a product is its bias.
  void AddBias(const GraphNode& node) {
    const Tensor* bias = TensorAt(node, IsHere(node, 0) ? 1 : 0);
    auto* full = layers_.layers.empty()
                     ? nullptr
                     : std::get_if<FullyConnected>(&layers_.layers.back().spec);
    if (bias == nullptr || full == nullptr || full->has_bias) {
      throw Unsupported(node.where(), "adds something else than a bias");
    }
    full->has_bias = true;
    model_.layer_tensors.back().bias = Keep(Row(node, *bias));
  }

  // (1, n) or (n) as (n).
  static Tensor Row(const GraphNode& node, Tensor tensor) {
    while (tensor.shape.size() > 1 && tensor.shape.front() == 1) {
      tensor.shape.erase(tensor.shape.begin());
      for (Part& part : tensor.parts) {
        part.at.erase(part.at.begin());
        part.extents.erase(part.extents.begin());
        part.strides.erase(part.strides.begin());
      }
    }
    if (tensor.shape.size() != 1) {
      throw Unsupported(node.where(), "has a bias of several axes");
    }
    return tensor;
  }

  void AddSoftmax(const GraphNode& node) {
    constexpr int64_t kLastByDefault = 13;
    const int64_t axis =
        node.Int("axis", graph_.opset >= kLastByDefault ? -1 : 1);
    if (axis != 1 && axis != -1) {
      throw Unsupported(node.where(), "is over another axis than the classes");
    }
    Add("prob", Softmax{}, {});
  }

  // The name under which a tensor is kept for its layer.
  std::string Keep(Tensor tensor) {
    // Two layers may share one tensor; each has its own here.
    const std::string name =
        fmt::format("{}{}", tensor.name,
                    kept_.contains(tensor.name)
                        ? "#" + std::to_string(model_.tensors.size())
                        : "");
    kept_.insert(name);
    tensor.name = name;
    model_.tensors.push_back(std::move(tensor));
    return name;
  }

  // Names as the presets have them: conv1, relu1, ..., fc6.
  void Add(const std::string& kind, LayerSpec spec, LayerTensors tensors) {
    const bool counted = kind != "prob" && kind != "avgpool";
    std::string name = counted ? kind + std::to_string(weighted_) : kind;
    while (!names_.insert(name).second) name += "_";
    layers_.layers.push_back({name, std::move(spec), {}, {}});
    model_.layer_tensors.push_back(std::move(tensors));
  }

  Graph graph_;
  ForeignModel& model_;
  Layers layers_;
  std::set<std::string> here_;    // the names of the chain's last blob
  std::set<std::string> known_;   // of all values so far
  std::set<std::string> shapes_;  // of values computed from shapes
  std::set<std::string> names_;   // of layers
  std::set<std::string> kept_;    // of tensors
  std::map<std::string, Branch> branches_;
  std::map<std::string, Expression> expressions_;
  int64_t height_ = 0;
  int64_t width_ = 0;
  int weighted_ = 0;  // layers with weights so far
};

}  // namespace

void TakeChain(Graph graph, ForeignModel* model) {
  Chain(std::move(graph), model).Run();
}

}  // namespace alexnet::convert::onnx
