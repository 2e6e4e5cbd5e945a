#include "tools/convert/model/state_dict_names.h"

#include <array>
#include <string_view>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {
namespace {

// torchvision's modules with parameters, in order.
constexpr std::array<const char*, 8> kTorchvision = {
    "features.0",  "features.3",   "features.6",   "features.8",
    "features.10", "classifier.1", "classifier.4", "classifier.6"};

bool IsTorchvisions(const ExportModel& model) {
  const Layers& layers = model.layers;
  try {
    const Network preset = Network::preset(
        "torchvision", layers.layers.back().output[0], layers.height);
    return ComputeTheSame(layers, LayersOf(preset, ""));
  } catch (const Error& error) {
    PassSystemErrors(error);
    return false;  // there is none of this size
  }
}

bool Strip(std::string_view prefix, std::string* key) {
  if (!key->starts_with(prefix)) return false;
  key->erase(0, prefix.size());
  return true;
}

}  // namespace

std::vector<NamedTensor> StateDict(const ExportModel& model) {
  const bool torchvision = IsTorchvisions(model);
  std::vector<NamedTensor> named;
  size_t next = 0;
  for (size_t i = 0; i < model.weights.size(); ++i) {
    if (model.weights[i].parts.empty()) continue;
    const std::string stem =
        torchvision ? kTorchvision[next++] : model.layers.layers[i].name;
    named.push_back({stem + ".weight", &model.weights[i]});
    if (model.biases[i].parts.empty()) continue;
    named.push_back({stem + ".bias", &model.biases[i]});
  }
  return named;
}

std::string WithoutWrappers(std::string key) {
  while (Strip("module.", &key) || Strip("model.", &key) ||
         Strip("state_dict.", &key)) {
  }
  constexpr std::string_view kInside = ".module.";
  for (size_t at = key.find(kInside); at != std::string::npos;
       at = key.find(kInside)) {
    key.erase(at, kInside.size() - 1);
  }
  return key;
}

bool IsCounter(const std::string& key) {
  return key.ends_with("num_batches_tracked");
}

}  // namespace alexnet::convert
