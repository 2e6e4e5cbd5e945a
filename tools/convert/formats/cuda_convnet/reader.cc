#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "tools/convert/formats/cuda_convnet/cuda_convnet.h"
#include "tools/convert/formats/cuda_convnet/net.h"

namespace alexnet::convert {
namespace {

using cuda_convnet::Net;
using cuda_convnet::NetLayer;

constexpr int kMaxDepth = 1000;

bool HasWeights(const NetLayer& layer) { return !layer.weights.empty(); }

std::string Where(const NetLayer& layer) {
  return "layer \"" + layer.name + "\"";
}

// The weight layers that feed an input, through poolings and the like, and what
// the dropout on the way multiplies by when it is tested.
struct Source {
  std::vector<const NetLayer*> layers;  // empty: the pictures
  float scale = 1.0f;
};

class Towers {
 public:
  explicit Towers(const Net& net) : net_(net) {
    for (const auto& [name, layer] : net_) {
      if (HasWeights(layer)) depth_[&layer] = DepthOf(layer, 0);
    }
  }

  // Weight layers by how many stand before them: the towers of one layer are
  // together, in the order of their names.
  std::vector<std::vector<const NetLayer*>> Stages() const {
    std::map<int, std::vector<const NetLayer*>> stages;
    for (const auto& [name, layer] : net_) {
      if (HasWeights(layer)) stages[depth_.at(&layer)].push_back(&layer);
    }
    std::vector<std::vector<const NetLayer*>> result;
    for (auto& [depth, layers] : stages) result.push_back(std::move(layers));
    return result;
  }

  // What stands behind input `index` of a layer.
  Source SourceOf(const NetLayer& layer, size_t index) const {
    if (index >= layer.inputs.size()) {
      throw Damaged(Where(layer), "has weights for more inputs than it has");
    }
    return Trace(layer.inputs[index], 0);
  }

 private:
  const NetLayer& At(const std::string& name) const {
    const auto found = net_.find(name);
    if (found != net_.end()) return found->second;
    throw Damaged("layer \"" + name + "\"", "is an input and not in the file");
  }

  Source Trace(const std::string& name, int steps) const {
    if (steps > kMaxDepth)
      throw Damaged("layers", "feed each other in a circle");
    const NetLayer& layer = At(name);
    Source source;
    if (HasWeights(layer)) {
      source.layers = {&layer};
      return source;
    }
    for (const std::string& input : layer.inputs) {
      Source before = Trace(input, steps + 1);
      source.layers.insert(source.layers.end(), before.layers.begin(),
                           before.layers.end());
      if (source.layers.size() > 8) {
        throw Unsupported(Where(layer), "joins more than towers");
      }
      source.scale = before.scale;
    }
    // These keep all units when they are tested, times the share that they
    // keep in training; "dropout" divides while it trains instead.
    if (layer.type == "hs" || layer.type == "dropout2") {
      source.scale *= layer.keep;
    }
    return source;
  }

  int DepthOf(const NetLayer& layer, int steps) const {
    if (steps > kMaxDepth)
      throw Damaged("layers", "feed each other in a circle");
    int depth = 0;
    for (const std::string& name : layer.inputs) {
      const NetLayer& input = At(name);
      depth = std::max(depth,
                       DepthOf(input, steps + 1) + (HasWeights(input) ? 1 : 0));
    }
    return depth;
  }

  const Net& net_;
  std::map<const NetLayer*, int> depth_;
};

// One layer of the network, whose towers `stage` are.
class Merger {
 public:
  Merger(const Towers& towers, const std::vector<const NetLayer*>& stage,
         const std::vector<const NetLayer*>& before)
      : towers_(towers), stage_(stage), before_(before) {}

  Tensor Weight(const std::string& name) const {
    if (stage_[0]->type == "conv") return Convolution(name);
    return stage_[0]->type == "local" ? Local(name) : Full(name);
  }

  // Nothing for layers without.
  Tensor Bias(const std::string& name) const {
    Tensor bias;
    bias.name = name;
    int64_t at = 0;
    for (const NetLayer* tower : stage_) {
      if (tower->biases.size() != 1) {
        throw Damaged(Where(*tower), "has another number of biases than one");
      }
      const Tensor& from = tower->biases[0];
      // (n, 1) or (1, n), dense either way.
      const int64_t count = from.elements();
      if (std::min(from.shape[0], from.shape[1]) != 1) {
        throw Unsupported(Where(*tower), "has a bias for each position");
      }
      Part part = from.parts[0];
      part.at = {at};
      part.extents = {count};
      part.strides = {1};
      bias.parts.push_back(std::move(part));
      bias.type = from.type;
      bias.owner = from.owner;
      at += count;
    }
    bias.shape = {at};
    Validate(bias);
    return bias;
  }

 private:
  // Which of the layers before feeds input `index`: its place among them, or 0
  // for pictures and for all of them at once.
  int64_t PlaceOf(const NetLayer& tower, size_t index, float* scale) const {
    const Source source = towers_.SourceOf(tower, index);
    *scale = source.scale;
    if (source.layers.size() != 1) return 0;
    const auto found =
        std::find(before_.begin(), before_.end(), source.layers[0]);
    if (found == before_.end()) {
      throw Unsupported(Where(tower), "skips a layer, as no AlexNet does");
    }
    return found - before_.begin();
  }

  // Matrices (channels * k * k, filters), one per input. A tower that sees only
  // its own is a group, one that sees both has two matrices.
  Tensor Convolution(const std::string& name) const {
    Tensor weight;
    weight.name = name;
    int64_t filters = 0;
    int64_t channels = 0;
    int64_t size = 0;
    for (const NetLayer* tower : stage_) {
      int64_t here = 0;
      for (size_t i = 0; i < tower->weights.size(); ++i) {
        const Tensor& matrix = tower->weights[i];
        float scale = 1.0f;
        const int64_t place = PlaceOf(*tower, i, &scale);
        const int64_t k = KernelOf(*tower, matrix);
        const int64_t depth = matrix.shape[0] / (k * k);
        if (size != 0 && size != k) {
          throw Damaged(Where(*tower), "has kernels of several sizes");
        }
        size = k;
        Tensor split = Split(matrix, 0, {depth, k, k});
        Part part = Permuted(split, {3, 0, 1, 2}).parts[0];
        part.at = {filters, tower->weights.size() > 1 ? place * depth : 0, 0,
                   0};
        part.scale = scale;
        weight.parts.push_back(std::move(part));
        weight.type = matrix.type;
        weight.owner = matrix.owner;
        here += depth;
      }
      filters += tower->weights[0].shape[1];
      channels = std::max(channels, here);
    }
    weight.shape = {filters, channels, size, size};
    Validate(weight);
    return weight;
  }

  // A matrix (positions * channels * k * k, filters), whose biases, one for
  // each filter and position, say how many positions there are. A filter of all
  // positions is a run of the engine's rows.
  Tensor Local(const std::string& name) const {
    const NetLayer& layer = *stage_[0];
    if (stage_.size() != 1 || layer.weights.size() != 1 ||
        layer.biases.size() != 1) {
      throw Unsupported(Where(layer),
                        "is locally connected in towers, which this engine has "
                        "no layer for");
    }
    const Tensor& matrix = layer.weights[0];
    const int64_t filters = matrix.shape[1];
    const int64_t positions = layer.biases[0].elements() / filters;
    const int64_t channels = ChannelsBefore();
    const int64_t taps = positions > 0 ? matrix.shape[0] / positions : 0;
    const int64_t k = SquareOf(taps, channels);
    if (positions * filters != layer.biases[0].elements() || k < 1 ||
        positions * channels * k * k != matrix.shape[0]) {
      throw Unsupported(
          Where(layer),
          fmt::format("has {} rows and {} biases, which are no square kernels "
                      "over {} channels",
                      matrix.shape[0], layer.biases[0].elements(), channels));
    }
    float scale = 1.0f;
    PlaceOf(layer, 0, &scale);
    const Tensor split = Split(matrix, 0, {positions, channels, k, k});
    const Part& all = split.parts[0];
    Tensor weight;
    weight.name = name;
    weight.type = matrix.type;
    weight.owner = matrix.owner;
    for (int64_t filter = 0; filter < filters; ++filter) {
      Part part = all;
      part.at = {filter * positions, 0, 0, 0};
      part.extents = {positions, channels, k, k};
      part.strides.pop_back();
      part.first += filter * all.strides[4];
      part.scale = scale;
      weight.parts.push_back(std::move(part));
    }
    weight.shape = {filters * positions, channels, k, k};
    Validate(weight);
    return weight;
  }

  // Kernels are squares of an odd size over as many channels as the layers
  // before give; the file says so in a field that not all versions have.
  int64_t KernelOf(const NetLayer& tower, const Tensor& matrix) const {
    const int64_t channels = ChannelsBefore();
    const int64_t k = SquareOf(matrix.shape[0], channels);
    if (k < 1 || k * k * channels != matrix.shape[0]) {
      throw Unsupported(Where(tower),
                        fmt::format("has {} rows, which are no square kernels "
                                    "over {} channels",
                                    matrix.shape[0], channels));
    }
    return k;
  }

  // That the layers before give, each of a tower.
  int64_t ChannelsBefore() const {
    return before_.empty() ? 3 : before_[0]->weights[0].shape[1];
  }
  // The side of the square that `rows` over `channels` are, nearly.
  static int64_t SquareOf(int64_t rows, int64_t channels) {
    const double area = static_cast<double>(rows / channels);
    return static_cast<int64_t>(std::lround(std::sqrt(area)));
  }

  // Matrices (inputs, outputs), one per input.
  Tensor Full(const std::string& name) const {
    Tensor weight;
    weight.name = name;
    int64_t outputs = 0;
    int64_t inputs = 0;
    for (const NetLayer* tower : stage_) {
      int64_t here = 0;
      for (size_t i = 0; i < tower->weights.size(); ++i) {
        const Tensor& matrix = tower->weights[i];
        float scale = 1.0f;
        const int64_t place = PlaceOf(*tower, i, &scale);
        Part part = Permuted(matrix, {1, 0}).parts[0];
        part.at = {outputs, place * matrix.shape[0]};
        part.scale = scale;
        weight.parts.push_back(std::move(part));
        weight.type = matrix.type;
        weight.owner = matrix.owner;
        here += matrix.shape[0];
      }
      outputs += tower->weights[0].shape[1];
      inputs = std::max(inputs, here);
    }
    weight.shape = {outputs, inputs};
    Validate(weight);
    return weight;
  }

  const Towers& towers_;
  const std::vector<const NetLayer*>& stage_;
  const std::vector<const NetLayer*>& before_;
};

}  // namespace

bool LooksLikeCudaConvnet(Bytes file) {
  // A pickled dict; its key is near one of the ends, since the two values'
  // order is any.
  if (file.size() < 2 || file[0] != std::byte{0x80} || file[1] > std::byte{2}) {
    return TextOf(file).starts_with("(dp") &&
           TextOf(file).find("model_state") != std::string_view::npos;
  }
  return TextOf(file).find("model_state") != std::string_view::npos;
}

ForeignModel ReadCudaConvnet(std::shared_ptr<SourceFile> file,
                             const ReadOptions&) {
  const Net net = cuda_convnet::ReadNet(file);
  const Towers towers(net);
  const std::vector<std::vector<const NetLayer*>> stages = towers.Stages();
  ForeignModel model;
  const std::vector<const NetLayer*> none;
  size_t two = 0;
  for (size_t i = 0; i < stages.size(); ++i) {
    const std::string& type = stages[i][0]->type;
    for (const NetLayer* layer : stages[i]) {
      if (layer->type != type ||
          (type != "conv" && type != "local" && type != "fc")) {
        throw Unsupported(Where(*layer),
                          "is of type \"" + layer->type +
                              "\", which no AlexNet has weights in");
      }
    }
    two += stages[i].size() > 1;
    const Merger merger(towers, stages[i], i == 0 ? none : stages[i - 1]);
    const std::string name = type + std::to_string(i + 1);
    model.tensors.push_back(merger.Weight(name + ".weight"));
    model.tensors.push_back(merger.Bias(name + ".bias"));
  }
  model.preset = two > 0 ? "alexnet_2012" : "owt";
  model.file = std::move(file);
  return model;
}

}  // namespace alexnet::convert
