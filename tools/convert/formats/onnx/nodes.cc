#include "tools/convert/formats/onnx/nodes.h"

#include <algorithm>
#include <utility>

#include "tools/convert/base/errors.h"

namespace alexnet::convert::onnx {
namespace {

// AttributeProto.AttributeType.
enum AttributeType { kFloatType = 1, kIntType = 2, kIntsType = 7 };

std::string Where(const Layer& layer) { return "layer \"" + layer.name + "\""; }

Attribute* AddAttribute(const char* name, AttributeType type, Node* node) {
  Attribute* attribute = node->add_attribute();
  attribute->set_name(name);
  attribute->set_type(type);
  return attribute;
}
void AddFloat(const char* name, float value, Node* node) {
  AddAttribute(name, kFloatType, node)->set_f(value);
}
void AddInt(const char* name, int64_t value, Node* node) {
  AddAttribute(name, kIntType, node)->set_i(value);
}
void AddInts(const char* name, const std::vector<int64_t>& values, Node* node) {
  Attribute* attribute = AddAttribute(name, kIntsType, node);
  for (const int64_t value : values) attribute->add_ints(value);
}

// What the windows of a layer take beyond its input's end, which is what the
// padding there has to be for as many windows, whatever the rounding.
int64_t Reach(int64_t input, int64_t output, int64_t kernel, int64_t stride,
              int64_t before) {
  return std::max<int64_t>(0, (output - 1) * stride + kernel - input - before);
}

class Writer {
 public:
  explicit Writer(const ExportModel& model) : model_(model) {}

  Nodes Write() {
    nodes_.input = blob_ = "data";
    for (size_t i = 0; i < model_.layers.layers.size(); ++i) {
      const Layer& layer = model_.layers.layers[i];
      std::visit([&](const auto& spec) { Add(i, layer, spec); }, layer.spec);
    }
    nodes_.output = blob_;
    return std::move(nodes_);
  }

 private:
  // A node from the chain's last blob to `output`.
  Node* Next(const char* op, const std::string& output,
             const std::vector<std::string>& more_inputs = {}) {
    Node node;
    node.set_op_type(op);
    node.set_name(output);
    node.add_input(blob_);
    for (const std::string& input : more_inputs) node.add_input(input);
    node.add_output(output);
    nodes_.nodes.push_back(std::move(node));
    blob_ = output;
    return &nodes_.nodes.back();
  }

  std::string Parameter(const Tensor& tensor) {
    nodes_.initializers.push_back({tensor.name, &tensor, {}});
    if (model_.type == ElementType::kF32) return tensor.name;
    constexpr int64_t kToFloat = 1;
    Node node;
    node.set_op_type("Cast");
    node.set_name(tensor.name + ".f32");
    node.add_input(tensor.name);
    node.add_output(tensor.name + ".f32");
    AddInt("to", kToFloat, &node);
    nodes_.nodes.push_back(std::move(node));
    return tensor.name + ".f32";
  }

  std::string Scalar(const std::string& name, float value) {
    nodes_.initializers.push_back({name, nullptr, {value}});
    return name;
  }

  std::vector<std::string> Parameters(size_t layer) {
    std::vector<std::string> names = {Parameter(model_.weights[layer])};
    if (!model_.biases[layer].parts.empty()) {
      names.push_back(Parameter(model_.biases[layer]));
    }
    return names;
  }

  static void AddWindow(const Window& window, const std::vector<int64_t>& pads,
                        Node* node) {
    AddInts("kernel_shape", {window.kernel_h, window.kernel_w}, node);
    AddInts("strides", {window.stride_h, window.stride_w}, node);
    AddInts("pads", pads, node);
  }

  static std::vector<int64_t> PadsOf(const Layer& layer, const Window& w) {
    return {w.pad_top, w.pad_left,
            Reach(layer.input[1], layer.output[1], w.kernel_h, w.stride_h,
                  w.pad_top),
            Reach(layer.input[2], layer.output[2], w.kernel_w, w.stride_w,
                  w.pad_left)};
  }

  void Add(size_t, const Layer& layer, const auto&) {
    throw Unsupported(Where(layer), "is of a type that is not written as ONNX");
  }

  void Add(size_t index, const Layer& layer, const Convolution& convolution) {
    const std::vector<std::string> names = Parameters(index);
    Node* node = Next("Conv", layer.name, names);
    AddWindow(convolution.window, PadsOf(layer, convolution.window), node);
    AddInt("group", convolution.groups, node);
  }

  void Add(size_t, const Layer& layer, const Pooling& pooling) {
    const Window& w = pooling.window;
    if (!pooling.average) {
      AddWindow(w, PadsOf(layer, w), Next("MaxPool", layer.name));
      return;
    }
    const std::vector<int64_t> reach = PadsOf(layer, w);
    const std::vector<int64_t> own = {w.pad_top, w.pad_left, w.pad_bottom,
                                      w.pad_right};
    const bool padded = std::any_of(own.begin(), own.end(),
                                    [](int64_t pad) { return pad > 0; });
    const bool counts = padded && pooling.count_padding;
    // What hangs over the edge never counts, padding may: one of them can be
    // said.
    if (counts && (reach[2] > own[2] || reach[3] > own[3])) {
      throw Unsupported(Where(layer),
                        "averages over windows that ONNX cannot "
                        "describe");
    }
    Node* node = Next("AveragePool", layer.name);
    AddWindow(w, reach, node);
    AddInt("count_include_pad", counts, node);
  }

  // ONNX's alpha is divided by the size.
  static void AddLrn(const Lrn& lrn, Node* node) {
    AddInt("size", lrn.size, node);
    AddFloat(
        "alpha",
        lrn.divide_alpha ? lrn.alpha : lrn.alpha * static_cast<float>(lrn.size),
        node);
    AddFloat("beta", lrn.beta, node);
    AddFloat("bias", lrn.k, node);
  }

  void Add(size_t, const Layer& layer, const Lrn& lrn) {
    if (lrn.within_channel) return AddWithin(layer, lrn);
    if (lrn.groups == 1) return AddLrn(lrn, Next("LRN", layer.name));
    Node split;
    split.set_op_type("Split");
    split.set_name(layer.name + ".split");
    split.add_input(blob_);
    AddInt("axis", 1, &split);
    Node concat;
    concat.set_op_type("Concat");
    concat.set_name(layer.name);
    AddInt("axis", 1, &concat);
    std::vector<Node> towers;
    for (int64_t i = 0; i < lrn.groups; ++i) {
      const std::string tower = layer.name + ".tower" + std::to_string(i);
      split.add_output(tower + ".in");
      Node node;
      node.set_op_type("LRN");
      node.set_name(tower);
      node.add_input(tower + ".in");
      node.add_output(tower);
      AddLrn(lrn, &node);
      towers.push_back(std::move(node));
      concat.add_input(tower);
    }
    concat.add_output(layer.name);
    nodes_.nodes.push_back(std::move(split));
    for (Node& tower : towers) nodes_.nodes.push_back(std::move(tower));
    nodes_.nodes.push_back(std::move(concat));
    blob_ = layer.name;
  }

  // x / (k + alpha * mean of squares)^beta.
  void AddWithin(const Layer& layer, const Lrn& lrn) {
    if (lrn.groups != 1) {
      throw Unsupported(Where(layer), "has groups within channels");
    }
    const std::string from = blob_;
    const auto name = [&](const char* suffix) { return layer.name + suffix; };
    Next("Mul", name(".squares"), {from});
    const int64_t before = (lrn.size - 1) / 2;
    const int64_t after = lrn.size / 2;
    Node* mean = Next("AveragePool", name(".mean"));
    AddInts("kernel_shape", {lrn.size, lrn.size}, mean);
    AddInts("strides", {1, 1}, mean);
    AddInts("pads", {before, before, after, after}, mean);
    AddInt("count_include_pad", 1, mean);
    const float alpha =
        lrn.divide_alpha ? lrn.alpha
                         : lrn.alpha * static_cast<float>(lrn.size * lrn.size);
    Next("Mul", name(".scaled"), {Scalar(name(".alpha"), alpha)});
    Next("Add", name(".shifted"), {Scalar(name(".k"), lrn.k)});
    Next("Pow", name(".power"), {Scalar(name(".beta"), lrn.beta)});
    const std::string power = blob_;
    blob_ = from;
    Next("Div", layer.name, {power});
  }

  void Add(size_t, const Layer& layer, const Relu&) {
    Next("Relu", layer.name);
  }
  void Add(size_t, const Layer& layer, const Tanh&) {
    Next("Tanh", layer.name);
  }

  // A network that is run drops nothing: ratio as an input, since operator set
  // 12.
  void Add(size_t, const Layer& layer, const Dropout& dropout) {
    const std::string ratio = Scalar(layer.name + ".ratio", dropout.rate);
    Next("Dropout", layer.name, {ratio});
  }

  void Add(size_t, const Layer& layer, const AdaptiveAveragePooling& pooling) {
    if (layer.input == layer.output) return;
    if (pooling.out_h == 1 && pooling.out_w == 1) {
      Next("GlobalAveragePool", layer.name);
      return;
    }
    const int64_t h = layer.input[1];
    const int64_t w = layer.input[2];
    if (h % pooling.out_h != 0 || w % pooling.out_w != 0) {
      throw Unsupported(Where(layer),
                        "averages over windows of several sizes, "
                        "which ONNX does not");
    }
    Window window;
    window.kernel_h = window.stride_h = h / pooling.out_h;
    window.kernel_w = window.stride_w = w / pooling.out_w;
    AddWindow(window, {0, 0, 0, 0}, Next("AveragePool", layer.name));
  }

  void Add(size_t index, const Layer& layer, const FullyConnected&) {
    if (layer.input.size() == 3) {
      AddInt("axis", 1, Next("Flatten", layer.name + ".flat"));
    }
    const std::vector<std::string> names = Parameters(index);
    AddInt("transB", 1, Next("Gemm", layer.name, names));
  }

  void Add(size_t, const Layer& layer, const Softmax&) {
    if (layer.input.size() == 3) {
      AddInt("axis", 1, Next("Flatten", layer.name + ".flat"));
    }
    AddInt("axis", 1, Next("Softmax", layer.name));
  }

  const ExportModel& model_;
  Nodes nodes_;
  std::string blob_;
};

}  // namespace

Nodes NodesOf(const ExportModel& model) { return Writer(model).Write(); }

}  // namespace alexnet::convert::onnx
