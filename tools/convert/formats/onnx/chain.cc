#include "tools/convert/formats/onnx/chain.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "tools/convert/formats/onnx/lrn_pieces.h"
#include "tools/convert/formats/onnx/values.h"

namespace alexnet::convert::onnx {
namespace {

class Chain {
 public:
  Chain(Graph graph, ForeignModel* model)
      : graph_(std::move(graph)),
        model_(*model),
        values_(&graph_, model->file),
        lrn_pieces_(values_) {
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
  }

  void Run() {
    for (const GraphNode& node : graph_.nodes) {
      values_.CheckNames(node);
      if (!values_.Fold(node, IsBlob(node)) && !TakeLrn(node)) Append(node);
    }
    if (layers_.layers.empty()) throw Invalid("graph", "has no layers");
    model_.layers = std::move(layers_);
  }

 private:
  bool IsHere(const GraphNode& node, size_t input = 0) const {
    return input < node.inputs.size() && here_.contains(node.inputs[input]);
  }
  void Move(const GraphNode& node) { here_ = {node.outputs[0]}; }

  // Whether the first input is a blob, or is computed of one.
  bool IsBlob(const GraphNode& node) const {
    return IsHere(node) ||
           (!node.inputs.empty() && lrn_pieces_.Has(node.inputs[0]));
  }

  bool TakeLrn(const GraphNode& node) {
    const LrnPieces::Taken taken = lrn_pieces_.Take(node, here_);
    if (taken == LrnPieces::Taken::kLast) {
      Add("norm", lrn_pieces_.lrn(), {});
      Move(node);
    }
    return taken != LrnPieces::Taken::kNo;
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
          Dropout{
              values_.ScalarAt(node, 1).value_or(node.Float("ratio", 0.5f))},
          {});
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
    const Tensor* weight = values_.TensorAt(node, 1);
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
    const Tensor* bias = values_.TensorAt(node, 2);
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
    const Tensor* weight = values_.TensorAt(node, 1);
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
    const Tensor* bias = gemm ? values_.TensorAt(node, 2) : nullptr;
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
    const Tensor* bias = values_.TensorAt(node, IsHere(node, 0) ? 1 : 0);
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
    std::string name =
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
  void Add(const std::string& kind, const LayerSpec& spec,
           LayerTensors tensors) {
    const bool counted = kind != "prob" && kind != "avgpool";
    std::string name = counted ? kind + std::to_string(weighted_) : kind;
    while (!names_.insert(name).second) name += "_";
    layers_.layers.push_back({name, spec, {}, {}});
    model_.layer_tensors.push_back(std::move(tensors));
  }

  Graph graph_;
  ForeignModel& model_;
  Values values_;
  LrnPieces lrn_pieces_;
  Layers layers_;
  std::set<std::string> here_;   // the names of the chain's last blob
  std::set<std::string> names_;  // of layers
  std::set<std::string> kept_;   // of tensors
  int64_t height_ = 0;
  int64_t width_ = 0;
  int weighted_ = 0;  // layers with weights so far
};

}  // namespace

void TakeChain(Graph graph, ForeignModel* model) {
  Chain(std::move(graph), model).Run();
}

}  // namespace alexnet::convert::onnx
