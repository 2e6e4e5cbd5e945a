#include "tools/convert/formats/darknet/config.h"

#include <fmt/core.h>

#include <charconv>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tools/convert/base/errors.h"

namespace alexnet::convert::darknet {
namespace {

struct Section {
  std::string kind;
  int line = 0;
  std::map<std::string, std::string> options;

  std::string where() const { return fmt::format("line {}, [{}]", line, kind); }
  std::string Text(const std::string& key, const std::string& otherwise) const {
    const auto found = options.find(key);
    return found == options.end() ? otherwise : found->second;
  }
  int64_t Number(const std::string& key, int64_t otherwise) const {
    const auto found = options.find(key);
    if (found == options.end()) return otherwise;
    const std::string& text = found->second;
    int64_t value = 0;
    const auto [last, error] =
        std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || last != text.data() + text.size() ||
        value < 0 || value > 1'000'000) {
      throw Damaged(where(), fmt::format("{} cannot be {}", key, text));
    }
    return value;
  }
};

std::string Trimmed(std::string_view text) {
  std::string trimmed;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\r') trimmed += c;
  }
  return trimmed;
}

std::vector<Section> SectionsOf(std::string_view text) {
  std::vector<Section> sections;
  for (int line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string content = Trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (content.empty() || content[0] == '#' || content[0] == ';') continue;
    if (content[0] == '[' && content.back() == ']') {
      sections.push_back({content.substr(1, content.size() - 2), line, {}});
      continue;
    }
    const size_t equals = content.find('=');
    if (equals == std::string::npos || sections.empty()) {
      throw Damaged(fmt::format("line {}", line), "is no \"key=value\"");
    }
    sections.back().options[content.substr(0, equals)] =
        content.substr(equals + 1);
  }
  return sections;
}

class Reader {
 public:
  Layers Read(std::string_view text) {
    const std::vector<Section> sections = SectionsOf(text);
    if (sections.empty() ||
        (sections[0].kind != "net" && sections[0].kind != "network")) {
      throw Invalid("", "is no Darknet .cfg: it does not begin with [net]");
    }
    layers_.name = "darknet_alexnet";
    layers_.channels = sections[0].Number("channels", 3);
    height_ = sections[0].Number("height", 0);
    width_ = sections[0].Number("width", 0);
    for (size_t i = 1; i < sections.size(); ++i) Take(sections[i]);
    if (layers_.height == 0) Start();
    return std::move(layers_);
  }

 private:
  // The size of pictures is settled when the first layer comes: a [crop] may
  // stand before it.
  void Start() {
    if (layers_.height != 0) return;
    layers_.height = height_;
    layers_.width = width_;
  }

  void Take(const Section& section) {
    if (section.kind == "crop") {
      height_ = section.Number("crop_height", height_);
      width_ = section.Number("crop_width", width_);
      return;
    }
    if (section.kind == "cost") return;
    Start();
    if (section.kind == "convolutional" || section.kind == "conv") {
      AddConvolution(section);
    } else if (section.kind == "maxpool" || section.kind == "max") {
      AddPooling(section);
    } else if (section.kind == "avgpool" || section.kind == "avg") {
      height_ = width_ = 1;
      Add("avgpool", AdaptiveAveragePooling{1, 1}, false);
    } else if (section.kind == "connected" || section.kind == "conn") {
      CheckPlain(section);
      ++weighted_;
      Add("fc", FullyConnected{section.Number("output", 1), true});
      AddActivation(section);
    } else if (section.kind == "dropout") {
      float rate = 0.5f;
      const std::string text = section.Text("probability", ".5");
      std::from_chars(text.data(), text.data() + text.size(), rate);
      Add("drop", Dropout{rate});
    } else if (section.kind == "softmax" || section.kind == "soft") {
      Add("prob", Softmax{}, false);
    } else {
      throw Unsupported(section.where(), "is of no AlexNet");
    }
  }

  static void CheckPlain(const Section& section) {
    if (section.Number("batch_normalize", 0) == 0) return;
    throw Unsupported(section.where(),
                      "is batch-normalized, which AlexNet is not");
  }

  void AddConvolution(const Section& section) {
    CheckPlain(section);
    const int64_t size = section.Number("size", 1);
    const int64_t stride = section.Number("stride", 1);
    // "pad" is a switch for half of the kernel.
    int64_t pad = section.Number("padding", 0);
    if (section.Number("pad", 0) != 0) pad = size / 2;
    Convolution convolution;
    convolution.out_channels = section.Number("filters", 1);
    convolution.groups = section.Number("groups", 1);
    convolution.window = {size, size, stride, stride, pad, pad, pad, pad};
    height_ = Count(section, height_ + 2 * pad, size, stride);
    width_ = Count(section, width_ + 2 * pad, size, stride);
    ++weighted_;
    Add("conv", convolution);
    AddActivation(section);
  }

  // Windows start half of the padding before the picture; "padding" is that of
  // both sides together.
  void AddPooling(const Section& section) {
    const int64_t size = section.Number("size", section.Number("stride", 1));
    const int64_t stride = section.Number("stride", 1);
    const int64_t pad = section.Number("padding", size - 1);
    Pooling pooling;
    pooling.window = {size,    size,    stride,        stride,
                      pad / 2, pad / 2, pad - pad / 2, pad - pad / 2};
    height_ = Count(section, height_ + pad, size, stride);
    width_ = Count(section, width_ + pad, size, stride);
    Add("pool", pooling);
  }

  static int64_t Count(const Section& section, int64_t extent, int64_t size,
                       int64_t stride) {
    if (size < 1 || stride < 1 || extent < size) {
      throw Damaged(section.where(), "has an impossible window");
    }
    return (extent - size) / stride + 1;
  }

  void AddActivation(const Section& section) {
    const std::string activation = section.Text("activation", "logistic");
    if (activation == "linear") return;
    if (activation == "relu") return Add("relu", Relu{});
    if (activation == "tanh") return Add("tanh", Tanh{});
    throw Unsupported(section.where(),
                      "is activated by \"" + activation +
                          "\", which this engine does not compute; known are "
                          "relu, tanh and linear");
  }

  void Add(const std::string& kind, LayerSpec spec, bool counted = true) {
    std::string name = counted ? kind + std::to_string(weighted_) : kind;
    while (!names_.insert(name).second) name += "_";
    layers_.layers.push_back({name, std::move(spec), {}, {}});
  }

  Layers layers_;
  std::set<std::string> names_;
  int64_t height_ = 0;
  int64_t width_ = 0;
  int weighted_ = 0;
};

}  // namespace

Layers ParseConfig(std::string_view text) { return Reader().Read(text); }

}  // namespace alexnet::convert::darknet
