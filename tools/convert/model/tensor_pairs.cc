#include "tools/convert/model/tensor_pairs.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether `a` comes before `b`, with runs of digits compared by value.
bool NaturallyBefore(std::string_view a, std::string_view b) {
  const auto take_number = [](std::string_view* text) {
    size_t end = 0;
    while (end < text->size() && IsDigit((*text)[end])) ++end;
    std::string_view digits = text->substr(0, end);
    text->remove_prefix(end);
    while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
    return digits;
  };
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a[0]) && IsDigit(b[0])) {
      const std::string_view left = take_number(&a);
      const std::string_view right = take_number(&b);
      if (left.size() != right.size()) return left.size() < right.size();
      if (left != right) return left < right;
      continue;
    }
    if (a[0] != b[0]) return a[0] < b[0];
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

// "features.0" of "features.0.weight", "conv1" of "conv1_w_0" and "conv1/b".
std::string Stem(const std::string& name) {
  static constexpr std::string_view kEndings[] = {
      ".weight", ".bias",   "/weight", "/bias", "/weights",
      "/biases", "_weight", "_bias",   "_w_0",  "_b_0",
      "/W",      "/b",      "_W",      "_b",    "_w",
      ".kernel", "/kernel", "_0",      "_1"};
  for (const std::string_view ending : kEndings) {
    if (name.size() > ending.size() && name.ends_with(ending)) {
      return name.substr(0, name.size() - ending.size());
    }
  }
  return name;
}

// Refuses weights that PyTorch computes of others when it runs.
void CheckPlain(const std::string& name) {
  const auto ends = [&](std::string_view ending) {
    return name.ends_with(ending);
  };
  std::string remedy;
  if (ends("weight_orig") || ends("weight_mask") || ends("bias_orig") ||
      ends("bias_mask")) {
    remedy =
        "is of a pruned layer, kept beside its mask; "
        "torch.nn.utils.prune.remove(module, \"weight\") on each makes it one";
  } else if (ends(".weight_g") || ends(".weight_v")) {
    remedy =
        "is of weight normalization; torch.nn.utils.remove_weight_norm(module) "
        "on each makes it one weight";
  } else if (name.find(".parametrizations.") != std::string::npos) {
    remedy =
        "is a parametrization; "
        "torch.nn.utils.parametrize.remove_parametrizations(module, "
        "\"weight\") on each makes it one weight";
  }
  if (remedy.empty()) return;
  throw Unsupported("tensor \"" + name + "\"",
                    remedy + ", before the state dict is saved");
}

using Named = std::pair<std::string, TensorPair>;

// Convolutions first, each kind in the given order.
std::vector<TensorPair> ByAxes(std::vector<Named> named) {
  std::stable_sort(
      named.begin(), named.end(), [](const Named& a, const Named& b) {
        return a.second.weight->shape.size() > b.second.weight->shape.size();
      });
  std::vector<TensorPair> pairs;
  for (const Named& each : named) pairs.push_back(each.second);
  return pairs;
}

}  // namespace

std::vector<std::vector<TensorPair>> PairTensors(
    const std::vector<Tensor>& tensors) {
  for (const Tensor& tensor : tensors) CheckPlain(tensor.name);
  std::map<std::string, TensorPair> pairs;
  for (const Tensor& tensor : tensors) {
    TensorPair& pair = pairs[Stem(tensor.name)];
    const Tensor*& place = tensor.shape.size() == 1 ? pair.bias : pair.weight;
    if (place != nullptr) {
      throw Invalid("tensor \"" + tensor.name + "\"",
                    fmt::format("belongs to the same layer as \"{}\", which "
                                "has the same number of axes; it cannot be "
                                "told what it is",
                                place->name));
    }
    place = &tensor;
  }
  std::vector<Named> named;
  for (auto& [stem, pair] : pairs) {
    if (pair.weight == nullptr) {
      throw Invalid("tensor \"" + pair.bias->name + "\"",
                    "has one axis, as a bias, but no weight beside it; "
                    "networks of this family have nothing else");
    }
    named.emplace_back(stem, pair);
  }
  // The map's order is the alphabet's.
  std::stable_sort(named.begin(), named.end(),
                   [](const Named& a, const Named& b) {
                     return NaturallyBefore(a.first, b.first);
                   });
  std::vector<TensorPair> by_name = ByAxes(named);
  // Tensors stand in one vector, so addresses are the file's order.
  std::sort(named.begin(), named.end(), [](const Named& a, const Named& b) {
    return a.second.weight < b.second.weight;
  });
  std::vector<TensorPair> by_file = ByAxes(named);
  if (by_name == by_file) return {std::move(by_name)};
  const bool numbered =
      std::all_of(named.begin(), named.end(), [](const Named& each) {
        return std::any_of(each.first.begin(), each.first.end(), IsDigit);
      });
  if (!numbered) std::swap(by_name, by_file);
  return {std::move(by_name), std::move(by_file)};
}

std::vector<TensorPair> PairsOfLayers(const ForeignModel& foreign) {
  std::map<std::string, const Tensor*> by_name;
  for (const Tensor& tensor : foreign.tensors) by_name[tensor.name] = &tensor;
  const auto find = [&](const std::string& name, const std::string& layer) {
    if (name.empty()) return static_cast<const Tensor*>(nullptr);
    const auto found = by_name.find(name);
    if (found != by_name.end()) return found->second;
    throw Damaged("layer \"" + layer + "\"",
                  "has no tensor \"" + name + "\" in the file");
  };
  std::vector<TensorPair> pairs;
  for (size_t i = 0; i < foreign.layers->layers.size(); ++i) {
    const Layer& layer = foreign.layers->layers[i];
    if (!HasWeights(layer)) continue;
    const LayerTensors& names = foreign.layer_tensors[i];
    const TensorPair pair = {find(names.weight, layer.name),
                             find(names.bias, layer.name)};
    if (pair.weight == nullptr) {
      throw Damaged("layer \"" + layer.name + "\"",
                    "has no weights in the file");
    }
    pairs.push_back(pair);
  }
  return pairs;
}

}  // namespace alexnet::convert
