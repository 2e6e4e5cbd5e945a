#include "tools/convert/formats/onnx/chain.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "tools/convert/formats/onnx/channels.h"
#include "tools/convert/formats/onnx/lrn_pieces.h"
#include "tools/convert/formats/onnx/values.h"

namespace alexnet::convert::onnx {
namespace {

// Of Transpose, as Keras and tf2onnx have it.
bool Turns(const GraphNode& node, bool to_channels_first) {
  return node.op == "Transpose" &&
         node.Ints("perm", {}) == (to_channels_first
                                       ? std::vector<int64_t>{0, 3, 1, 2}
                                       : std::vector<int64_t>{0, 2, 3, 1});
}

class Chain {
 public:
  Chain(Graph graph, ForeignModel* model)
      : graph_(std::move(graph)),
        model_(*model),
        values_(&graph_, model->file),
        lrn_pieces_(values_) {
    layers_.name = graph_.name.empty() ? "network" : graph_.name;
    channels_last_ = TakesChannelsLast();
    const size_t height = channels_last_ ? 1 : 2;
    layers_.channels = graph_.input_shape[channels_last_ ? 3 : 1];
    layers_.height = height_ = graph_.input_shape[height];
    layers_.width = width_ = graph_.input_shape[height + 1];
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
    if (channels_last_) {
      throw Unsupported("graph", "ends with channels behind pixels");
    }
    CheckEnd();
    CheckPixels();
    if (graph_.unneeded > 0) {
      model_.notes.push_back(
          fmt::format("left out were {} nodes that the graph's output does not "
                      "need",
                      graph_.unneeded));
    }
    if (!folded_.empty()) {
      model_.notes.push_back(
          "what only scales and shifts was folded into the weights before "
          "it: " +
          folded_);
    }
    model_.layers = std::move(layers_);
  }

 private:
  bool IsHere(const GraphNode& node, size_t input = 0) const {
    return input < node.inputs.size() && here_.contains(node.inputs[input]);
  }
  // What was computed of the blob before is of no use any more.
  void Move(const GraphNode& node) {
    here_ = {node.outputs[0]};
    lrn_pieces_.Clear();
  }

  // The chain has to end in what the graph says is its output.
  void CheckEnd() const {
    const auto is_here = [&](const std::string& output) {
      return here_.contains(output);
    };
    const std::vector<std::string>& outputs = graph_.outputs;
    if (outputs.empty() ||
        std::any_of(outputs.begin(), outputs.end(), is_here)) {
      return;
    }
    throw Unsupported("output \"" + outputs[0] + "\"",
                      "is not what the chain of layers ends in");
  }

  void CheckPixels() const {
    if (!model_.pixels) return;
    const std::vector<double>& scale = model_.pixels->scale;
    if (std::none_of(scale.begin(), scale.end(),
                     [](double each) { return each < 0.0; })) {
      return;
    }
    throw Unsupported(
        pixels_by_,
        "has multiplied pictures by a negative number, which a model's "
        "preprocessing does not; export the network without it, and with the "
        "weights of its first layer negated");
  }

  // Whether pictures come as (N, H, W, C), which the graph then turns round
  // before it computes anything but arithmetic.
  bool TakesChannelsLast() const {
    for (const GraphNode& node : graph_.nodes) {
      if (node.op == "Transpose") return Turns(node, true);
      if (node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul") break;
    }
    return false;
  }

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
    if (!ended_.empty() && !KeepsNumbers(node)) {
      throw Unsupported(
          ended_,
          "gives logarithms, and the graph goes on with " + node.where());
    }
    if (!IsHere(node)) {
      // Arithmetic may have the constant first.
      if (!IsArithmetic(node) || !IsHere(node, 1)) {
        throw Unsupported(node.where(),
                          "does not follow the node before it: a "
                          "network of this family is a chain");
      }
    }
    CheckOrder(node);
    if (node.op == "Conv") {
      AddConvolution(node);
    } else if (node.op == "MaxPool" || node.op == "AveragePool") {
      AddPooling(node);
    } else if (node.op == "GlobalAveragePool" || IsMeanOfMap(node)) {
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
    } else if (IsArithmetic(node)) {
      TakeArithmetic(node);
    } else if (node.op == "BatchNormalization") {
      FoldNormalization(node);
    } else if (node.op == "Transpose") {
      TakeTranspose(node);
    } else if (node.op == "Softmax") {
      AddSoftmax(node);
    } else if (node.op == "LogSoftmax") {
      CheckClassAxis(node);
      model_.notes.push_back(
          "the graph ends in LogSoftmax, whose logarithms are left out");
      ended_ = node.where();
    } else if (node.op == "Sigmoid") {
      model_.sigmoid = true;
      ended_ = node.where();
    } else if (node.op == "Flatten") {
      if (node.Int("axis", 1) != 1) {
        throw Unsupported(node.where(), "flattens from another axis than 1");
      }
    } else if (!KeepsNumbers(node)) {
      throw Unsupported(
          node.where(),
          "is of no AlexNet; known are Conv, Relu, Tanh, LRN, MaxPool, "
          "AveragePool, GlobalAveragePool, Gemm, MatMul, Flatten, Reshape, "
          "Dropout, BatchNormalization, Softmax, LogSoftmax and, at the end, "
          "Sigmoid");
    }
    Move(node);
  }

  // Reshapes can only flatten: the next layer's weights say whether they do.
  static bool KeepsNumbers(const GraphNode& node) {
    return node.op == "Reshape" || node.op == "Squeeze" ||
           node.op == "Flatten" || node.op == "Identity" || node.op == "Cast";
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
    const Tensor* bias = BiasOf(node);
    convolution.has_bias = bias != nullptr;
    if (bias != nullptr) names.bias = Keep(*bias);
    Shrink(node, convolution.window);
    ++weighted_;
    Add("conv", convolution, names);
  }

  // Of a convolution or a Gemm; null: it has none.
  const Tensor* BiasOf(const GraphNode& node) const {
    const Tensor* bias = values_.TensorAt(node, 2);
    if (bias == nullptr && node.inputs.size() > 2 && !node.inputs[2].empty()) {
      throw Unsupported(node.where(), "adds \"" + node.inputs[2] +
                                          "\", which is no constant of "
                                          "floating point numbers");
    }
    return bias;
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
    if (channels_last_) {
      // Flattened as it lies; of several layers, the first alone sees it.
      model_.flatten = FlattenOrder::kHwc;
      channels_last_ = false;
    }
    FullyConnected full;
    full.out_features = in_order.shape[0];
    LayerTensors names = {Keep(in_order), ""};
    const Tensor* bias = gemm ? BiasOf(node) : nullptr;
    full.has_bias = bias != nullptr;
    if (bias != nullptr) {
      const float beta = node.Float("beta", 1.0f);
      names.bias = Keep(Row(node, beta == 1.0f ? *bias : Scaled(*bias, beta)));
    }
    ++weighted_;
    Add("fc", full, names);
  }

  // Between Transposes, only what has the same meaning in any order.
  void CheckOrder(const GraphNode& node) const {
    static constexpr std::string_view kAnyOrder[] = {
        "Transpose", "Flatten", "Reshape", "Squeeze",  "Relu", "Tanh",
        "Gemm",      "MatMul",  "Dropout", "Identity", "Cast"};
    if (!channels_last_ || (layers_.layers.empty() && IsArithmetic(node))) {
      return;
    }
    for (const std::string_view op : kAnyOrder) {
      if (node.op == op) return;
    }
    throw Unsupported(node.where(), "computes with channels behind pixels");
  }

  // Pictures, or maps before they are flattened, from one order to the other.
  void TakeTranspose(const GraphNode& node) {
    if (!Turns(node, channels_last_)) {
      throw Unsupported(node.where(), "turns axes as no AlexNet does");
    }
    channels_last_ = !channels_last_;
  }

  // What an average over all of a map is exported as.
  bool IsMeanOfMap(const GraphNode& node) const {
    if (node.op != "ReduceMean") return false;
    std::vector<int64_t> axes = node.Ints("axes", {});
    if (const Constant* given = values_.ConstantAt(node, 1)) {
      axes = given->integers;
    }
    for (int64_t& axis : axes) axis = axis < 0 ? axis + 4 : axis;
    std::sort(axes.begin(), axes.end());
    return axes == std::vector<int64_t>{2, 3};
  }

  // The convolution or fully connected layer that the chain ends in so far;
  // null: it ends in another.
  Layer* Weighted() {
    if (layers_.layers.empty()) return nullptr;
    Layer& last = layers_.layers.back();
    const bool weighted =
        As<Convolution>(last) != nullptr || As<FullyConnected>(last) != nullptr;
    return weighted ? &last : nullptr;
  }

  // Of a picture: preparation. Of what weights give: part of them.
  void TakeArithmetic(const GraphNode& node) {
    const size_t blob = IsHere(node, 0) ? 0 : 1;
    if (layers_.layers.empty()) return PreparePixels(node, blob);
    const Layer* last = Weighted();
    const Tensor* constant = values_.TensorAt(node, 1 - blob);
    if (last == nullptr || constant == nullptr) {
      throw Unsupported(node.where(),
                        "computes with something else than a constant for "
                        "each channel, directly behind weights");
    }
    const auto* full = As<FullyConnected>(*last);
    if (node.op == "Add" && full != nullptr && !full->has_bias) {
      return AddBias(node, *constant);
    }
    const BlobAxes axes = {OutputsOf(*last), full != nullptr ? 2u : 4u, 1};
    const std::optional<ChannelMap> map = MapOf(node, values_, blob, axes);
    if (!map) {
      throw Unsupported(node.where(), "computes with a constant of shape " +
                                          ExtentsText(constant->shape) +
                                          ", not one number for each channel");
    }
    FoldIntoLast(node, *map);
  }

  static int64_t OutputsOf(const Layer& layer) {
    const auto* convolution = As<Convolution>(layer);
    return convolution != nullptr ? convolution->out_channels
                                  : As<FullyConnected>(layer)->out_features;
  }

  // What is added to a product is its bias.
  void AddBias(const GraphNode& node, const Tensor& bias) {
    std::get<FullyConnected>(layers_.layers.back().spec).has_bias = true;
    model_.layer_tensors.back().bias = Keep(Row(node, bias));
  }

  void FoldNormalization(const GraphNode& node) {
    const ChannelMap map = BatchNormalizationOf(node, values_);
    if (Weighted() == nullptr) {
      throw Unsupported(
          node.where(),
          "does not directly follow a convolution or fully connected layer, "
          "whose weights it could be folded into");
    }
    FoldIntoLast(node, map);
  }

  void FoldIntoLast(const GraphNode& node, const ChannelMap& map) {
    LayerTensors& names = model_.layer_tensors.back();
    if (names.bias.empty()) {
      Tensor none;
      none.name = names.weight + ".bias";
      while (kept_.contains(none.name)) none.name += "_";
      names.bias = none.name;
      kept_.insert(none.name);
      model_.tensors.push_back(std::move(none));
      LayerSpec& spec = layers_.layers.back().spec;
      if (auto* convolution = std::get_if<Convolution>(&spec)) {
        convolution->has_bias = true;
      } else {
        std::get<FullyConnected>(spec).has_bias = true;
      }
    }
    Fold(map, node.where(), Kept(names.weight), Kept(names.bias));
    folded_ += (folded_.empty() ? "" : ", ") + node.where();
  }

  Tensor* Kept(const std::string& name) {
    return &*std::find_if(
        model_.tensors.begin(), model_.tensors.end(),
        [&](const Tensor& tensor) { return tensor.name == name; });
  }

  void PreparePixels(const GraphNode& node, size_t blob) {
    if (TakeMeanImage(node, blob)) return;
    const BlobAxes axes = {layers_.channels, 4, channels_last_ ? 3u : 1u};
    const std::optional<ChannelMap> map = MapOf(node, values_, blob, axes);
    if (!map) {
      throw Unsupported(node.where(),
                        "prepares pictures by something else than one number "
                        "for each channel, or a mean image");
    }
    model_.pixels = model_.pixels ? Composed(*model_.pixels, *map) : *map;
    pixels_by_ = node.where();
    model_.pixels_of_unknown_range = !model_.mean;
    const bool shifts =
        std::any_of(model_.pixels->shift.begin(), model_.pixels->shift.end(),
                    [](double shift) { return shift != 0.0; });
    if (model_.mean && shifts) {
      throw Unsupported(node.where(),
                        "adds to pictures that a mean image was subtracted "
                        "from");
    }
  }

  // One that is subtracted before all else, from pixels of 0..255.
  bool TakeMeanImage(const GraphNode& node, size_t blob) {
    const Tensor* image = values_.TensorAt(node, 1 - blob);
    if (node.op != "Sub" || blob != 0 || image == nullptr || channels_last_ ||
        model_.pixels || model_.mean) {
      return false;
    }
    Extents shape = image->shape;
    while (shape.size() > 3 && shape.front() == 1) shape.erase(shape.begin());
    if (shape != Extents{layers_.channels, height_, width_}) return false;
    model_.mean = Mean{shape[0], shape[1], shape[2], ValuesOf(*image)};
    const auto channels = static_cast<size_t>(layers_.channels);
    model_.pixels = ChannelMap{std::vector<double>(channels, 1.0),
                               std::vector<double>(channels, 0.0)};
    model_.notes.push_back(
        "the mean image that the graph subtracts became the model's "
        "preprocessing, of pixels of 0..255");
    return true;
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
    CheckClassAxis(node);
    Add("prob", Softmax{}, {});
  }

  void CheckClassAxis(const GraphNode& node) const {
    constexpr int64_t kLastByDefault = 13;
    const int64_t axis =
        node.Int("axis", graph_.opset >= kLastByDefault ? -1 : 1);
    if (axis != 1 && axis != -1) {
      throw Unsupported(node.where(), "is over another axis than the classes");
    }
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
  std::string folded_;           // nodes that were folded into weights
  bool channels_last_ = false;   // (N, H, W, C) where the chain stands
  int64_t height_ = 0;
  int64_t width_ = 0;
  std::string ended_;      // the node behind which nothing computes; "": none
  std::string pixels_by_;  // the last node that computed with pictures
  int weighted_ = 0;       // layers with weights so far
};

}  // namespace

void TakeChain(Graph graph, ForeignModel* model) {
  Chain(std::move(graph), model).Run();
}

}  // namespace alexnet::convert::onnx
