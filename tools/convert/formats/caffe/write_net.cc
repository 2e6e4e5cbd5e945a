#include "tools/convert/formats/caffe/write_net.h"

#include <fmt/core.h>

#include <utility>

namespace alexnet::convert::caffe {
namespace {

std::string Where(const Layer& layer) { return "layer \"" + layer.name + "\""; }

// How many windows there are along an axis with `pad` on both sides.
int64_t Windows(int64_t extent, int64_t kernel, int64_t stride, int64_t pad,
                bool ceil) {
  const int64_t slide = extent + 2 * pad - kernel;
  int64_t count = (ceil ? (slide + stride - 1) / stride : slide / stride) + 1;
  // A last window that starts in the padding is dropped.
  if (ceil && pad > 0 && (count - 1) * stride >= extent + pad) --count;
  return count;
}

// Whether the same padding on both sides gives the layer's windows.
bool Fits(const Layer& layer, const Window& window, bool ceil) {
  return Windows(layer.input[1], window.kernel_h, window.stride_h,
                 window.pad_top, ceil) == layer.output[1] &&
         Windows(layer.input[2], window.kernel_w, window.stride_w,
                 window.pad_left, ceil) == layer.output[2];
}

template <typename Parameter>
void SetPair(int64_t h, int64_t w, int64_t otherwise, Parameter* parameter,
             void (*set_both)(Parameter*, uint32_t),
             void (*set_each)(Parameter*, uint32_t, uint32_t)) {
  const auto first = static_cast<uint32_t>(h);
  const auto second = static_cast<uint32_t>(w);
  if (h == w && h == otherwise) return;
  if (h == w) {
    set_both(parameter, first);
  } else {
    set_each(parameter, first, second);
  }
}

void TakeConvolution(const Layer& layer, const Convolution& convolution,
                     LayerParameter* to) {
  const Window& window = convolution.window;
  if (!Fits(layer, window, false)) {
    throw Unsupported(Where(layer),
                      "reaches past its input at the end, which Caffe's "
                      "convolutions do not");
  }
  ConvolutionParameter* p = to->mutable_convolution_param();
  p->set_num_output(static_cast<uint32_t>(convolution.out_channels));
  if (!convolution.has_bias) p->set_bias_term(false);
  if (convolution.groups > 1) {
    p->set_group(static_cast<uint32_t>(convolution.groups));
  }
  using P = ConvolutionParameter;
  SetPair<P>(
      window.pad_top, window.pad_left, 0, p,
      [](P* q, uint32_t both) { q->add_pad(both); },
      [](P* q, uint32_t h, uint32_t w) {
        q->set_pad_h(h);
        q->set_pad_w(w);
      });
  SetPair<P>(
      window.kernel_h, window.kernel_w, -1, p,
      [](P* q, uint32_t both) { q->add_kernel_size(both); },
      [](P* q, uint32_t h, uint32_t w) {
        q->set_kernel_h(h);
        q->set_kernel_w(w);
      });
  SetPair<P>(
      window.stride_h, window.stride_w, 1, p,
      [](P* q, uint32_t both) { q->add_stride(both); },
      [](P* q, uint32_t h, uint32_t w) {
        q->set_stride_h(h);
        q->set_stride_w(w);
      });
}

void TakePooling(const Layer& layer, const Pooling& pooling,
                 LayerParameter* to) {
  const Window& window = pooling.window;
  const bool ceil = Fits(layer, window, true);
  const bool even = window.pad_top == window.pad_bottom &&
                    window.pad_left == window.pad_right;
  const bool padded =
      window.pad_top + window.pad_left + window.pad_bottom + window.pad_right >
      0;
  if ((!ceil && !Fits(layer, window, false)) ||
      (pooling.average && padded && (!even || !pooling.count_padding))) {
    throw Unsupported(Where(layer), "is padded as Caffe's pooling cannot be");
  }
  PoolingParameter* p = to->mutable_pooling_param();
  p->set_pool(pooling.average ? PoolingParameter::AVE : PoolingParameter::MAX);
  // Rounding up is what all readers take for granted.
  if (!ceil) p->set_round_mode(PoolingParameter::FLOOR);
  using P = PoolingParameter;
  SetPair<P>(
      window.kernel_h, window.kernel_w, -1, p,
      [](P* q, uint32_t both) { q->set_kernel_size(both); },
      [](P* q, uint32_t h, uint32_t w) {
        q->set_kernel_h(h);
        q->set_kernel_w(w);
      });
  SetPair<P>(
      window.stride_h, window.stride_w, 1, p,
      [](P* q, uint32_t both) { q->set_stride(both); },
      [](P* q, uint32_t h, uint32_t w) {
        q->set_stride_h(h);
        q->set_stride_w(w);
      });
  SetPair<P>(
      window.pad_top, window.pad_left, 0, p,
      [](P* q, uint32_t both) { q->set_pad(both); },
      [](P* q, uint32_t h, uint32_t w) {
        q->set_pad_h(h);
        q->set_pad_w(w);
      });
}

void TakeLrn(const Layer& layer, const Lrn& lrn, LayerParameter* to) {
  if (lrn.groups > 1) {
    throw Unsupported(Where(layer),
                      "normalizes each tower alone, which Caffe's LRN does "
                      "not; ONNX can hold it");
  }
  LRNParameter* p = to->mutable_lrn_param();
  p->set_local_size(static_cast<uint32_t>(lrn.size));
  float alpha = lrn.alpha;
  if (!lrn.divide_alpha) {
    alpha *=
        static_cast<float>(lrn.within_channel ? lrn.size * lrn.size : lrn.size);
  }
  p->set_alpha(alpha);
  p->set_beta(lrn.beta);
  if (lrn.k != 1.0f) p->set_k(lrn.k);
  if (!lrn.within_channel) return;
  p->set_norm_region(LRNParameter::WITHIN_CHANNEL);
  if (lrn.k != 1.0f) {
    throw Unsupported(Where(layer),
                      "adds another constant than 1, which Caffe's LRN within "
                      "channels does not");
  }
}

// Sets the parameter; false where Caffe needs no layer.
bool Take(const Layer& layer, LayerParameter* to) {
  to->set_name(layer.name);
  if (const auto* convolution = As<Convolution>(layer)) {
    to->set_type("Convolution");
    TakeConvolution(layer, *convolution, to);
  } else if (const auto* pooling = As<Pooling>(layer)) {
    to->set_type("Pooling");
    TakePooling(layer, *pooling, to);
  } else if (const auto* lrn = As<Lrn>(layer)) {
    to->set_type("LRN");
    TakeLrn(layer, *lrn, to);
  } else if (As<Relu>(layer) != nullptr) {
    to->set_type("ReLU");
  } else if (As<Tanh>(layer) != nullptr) {
    to->set_type("TanH");
  } else if (const auto* dropout = As<Dropout>(layer)) {
    to->set_type("Dropout");
    to->mutable_dropout_param()->set_dropout_ratio(dropout->rate);
  } else if (const auto* full = As<FullyConnected>(layer)) {
    to->set_type("InnerProduct");
    to->mutable_inner_product_param()->set_num_output(
        static_cast<uint32_t>(full->out_features));
    if (!full->has_bias) {
      to->mutable_inner_product_param()->set_bias_term(false);
    }
  } else if (As<Softmax>(layer) != nullptr) {
    to->set_type("Softmax");
  } else if (const auto* pool = As<AdaptiveAveragePooling>(layer)) {
    if (layer.input == layer.output) return false;
    if (pool->out_h != 1 || pool->out_w != 1) {
      throw Unsupported(Where(layer), "is a pooling that Caffe does not have");
    }
    to->set_type("Pooling");
    to->mutable_pooling_param()->set_pool(PoolingParameter::AVE);
    to->mutable_pooling_param()->set_global_pooling(true);
  } else {
    throw Unsupported(Where(layer), "is of a type that Caffe does not have");
  }
  return true;
}

// One message as text, by hand: the lite runtime prints none.
class TextWriter {
 public:
  void Open(const char* name) {
    Line(std::string(name) + " {");
    indent_ += 2;
  }
  void Close() {
    indent_ -= 2;
    Line("}");
  }
  void Line(const std::string& line) {
    text_ += std::string(indent_, ' ') + line + "\n";
  }
  void Quote(const char* name, const std::string& value) {
    std::string quoted;
    for (const char c : value) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    Line(fmt::format("{}: \"{}\"", name, quoted));
  }
  template <typename T>
  void Number(const char* name, T value) {
    Line(fmt::format("{}: {}", name, value));
  }
  template <typename T>
  void NumberIf(bool there, const char* name, T value) {
    if (there) Number(name, value);
  }
  std::string text() const { return text_; }

 private:
  std::string text_;
  size_t indent_ = 0;
};

void Print(const ConvolutionParameter& p, TextWriter* out) {
  out->Open("convolution_param");
  out->Number("num_output", p.num_output());
  out->NumberIf(p.has_bias_term(), "bias_term", p.bias_term());
  for (const uint32_t pad : p.pad()) out->Number("pad", pad);
  for (const uint32_t size : p.kernel_size()) out->Number("kernel_size", size);
  for (const uint32_t stride : p.stride()) out->Number("stride", stride);
  out->NumberIf(p.has_pad_h(), "pad_h", p.pad_h());
  out->NumberIf(p.has_pad_w(), "pad_w", p.pad_w());
  out->NumberIf(p.has_kernel_h(), "kernel_h", p.kernel_h());
  out->NumberIf(p.has_kernel_w(), "kernel_w", p.kernel_w());
  out->NumberIf(p.has_stride_h(), "stride_h", p.stride_h());
  out->NumberIf(p.has_stride_w(), "stride_w", p.stride_w());
  out->NumberIf(p.has_group(), "group", p.group());
  out->Close();
}

void Print(const PoolingParameter& p, TextWriter* out) {
  out->Open("pooling_param");
  out->Line(p.pool() == PoolingParameter::AVE ? "pool: AVE" : "pool: MAX");
  out->NumberIf(p.has_kernel_size(), "kernel_size", p.kernel_size());
  out->NumberIf(p.has_stride(), "stride", p.stride());
  out->NumberIf(p.has_pad(), "pad", p.pad());
  out->NumberIf(p.has_kernel_h(), "kernel_h", p.kernel_h());
  out->NumberIf(p.has_kernel_w(), "kernel_w", p.kernel_w());
  out->NumberIf(p.has_stride_h(), "stride_h", p.stride_h());
  out->NumberIf(p.has_stride_w(), "stride_w", p.stride_w());
  out->NumberIf(p.has_pad_h(), "pad_h", p.pad_h());
  out->NumberIf(p.has_pad_w(), "pad_w", p.pad_w());
  out->NumberIf(p.has_global_pooling(), "global_pooling", p.global_pooling());
  if (p.has_round_mode()) out->Line("round_mode: FLOOR");
  out->Close();
}

void Print(const LRNParameter& p, TextWriter* out) {
  out->Open("lrn_param");
  out->Number("local_size", p.local_size());
  out->Number("alpha", p.alpha());
  out->Number("beta", p.beta());
  if (p.has_norm_region()) out->Line("norm_region: WITHIN_CHANNEL");
  out->NumberIf(p.has_k(), "k", p.k());
  out->Close();
}

void Print(const LayerParameter& p, TextWriter* out) {
  out->Open("layer");
  out->Quote("name", p.name());
  out->Quote("type", p.type());
  for (const std::string& bottom : p.bottom()) out->Quote("bottom", bottom);
  for (const std::string& top : p.top()) out->Quote("top", top);
  if (p.has_convolution_param()) Print(p.convolution_param(), out);
  if (p.has_pooling_param()) Print(p.pooling_param(), out);
  if (p.has_lrn_param()) Print(p.lrn_param(), out);
  if (p.has_dropout_param()) {
    out->Open("dropout_param");
    out->Number("dropout_ratio", p.dropout_param().dropout_ratio());
    out->Close();
  }
  if (p.has_inner_product_param()) {
    const InnerProductParameter& full = p.inner_product_param();
    out->Open("inner_product_param");
    out->Number("num_output", full.num_output());
    out->NumberIf(full.has_bias_term(), "bias_term", full.bias_term());
    out->Close();
  }
  for (const BlobShape& shape : p.input_param().shape()) {
    out->Open("input_param");
    out->Open("shape");
    for (const int64_t dim : shape.dim()) out->Number("dim", dim);
    out->Close();
    out->Close();
  }
  out->Close();
}

}  // namespace

Net NetOf(const ExportModel& model) {
  Net net;
  net.name = model.layers.name;
  NetLayer input;
  input.parameter.set_name("data");
  input.parameter.set_type("Input");
  input.parameter.add_top("data");
  BlobShape* shape = input.parameter.mutable_input_param()->add_shape();
  for (const int64_t extent : {int64_t{1}, model.layers.channels,
                               model.layers.height, model.layers.width}) {
    shape->add_dim(extent);
  }
  net.layers.push_back(std::move(input));
  std::string blob = "data";
  for (const Layer& layer : model.layers.layers) {
    NetLayer next;
    if (!Take(layer, &next.parameter)) continue;
    next.parameter.add_bottom(blob);
    // Elementwise layers work in place, as all of Caffe's examples do.
    const bool in_place = As<Relu>(layer) != nullptr ||
                          As<Tanh>(layer) != nullptr ||
                          As<Dropout>(layer) != nullptr;
    if (!in_place) blob = layer.name;
    next.parameter.add_top(blob);
    net.layers.push_back(std::move(next));
  }
  return net;
}

std::string NetText(const Net& net) {
  TextWriter out;
  out.Quote("name", net.name);
  for (const NetLayer& layer : net.layers) Print(layer.parameter, &out);
  return out.text();
}

}  // namespace alexnet::convert::caffe
