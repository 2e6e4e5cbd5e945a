#include "tools/convert/formats/cuda_convnet/net.h"

#include <optional>
#include <utility>

#include "tools/convert/base/pickle.h"
#include "tools/convert/formats/numpy/pickled_array.h"

namespace alexnet::convert::cuda_convnet {
namespace {

std::string TextOr(PickleRef dict, std::string_view key,
                   const std::string& otherwise) {
  const PickleRef value = FindKey(dict, key);
  const auto* text = value != nullptr ? value->As<PickleText>() : nullptr;
  return text != nullptr ? std::string(text->text) : otherwise;
}

std::vector<PickleRef> ListAt(PickleRef dict, std::string_view key) {
  const PickleRef value = FindKey(dict, key);
  const auto* list = value != nullptr ? value->As<PickleList>() : nullptr;
  return list != nullptr ? list->items : std::vector<PickleRef>();
}

std::vector<Tensor> ArraysAt(PickleRef dict, std::string_view key,
                             const std::string& layer,
                             const std::shared_ptr<SourceFile>& file) {
  std::vector<Tensor> arrays;
  const std::vector<PickleRef> items = ListAt(dict, key);
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string name = layer + "." + std::string(key) + std::to_string(i);
    std::optional<Tensor> array = numpy::ArrayOf(items[i], name, file);
    if (!array) {
      throw Damaged("array \"" + name + "\"", "is no array of numbers");
    }
    if (array->shape.size() != 2) {
      throw Damaged(
          "array \"" + name + "\"",
          "has the shape " + ExtentsText(array->shape) + ", and is no matrix");
    }
    arrays.push_back(*std::move(array));
  }
  return arrays;
}

// hs has one number, dropout layers of cuda-convnet2 a list of one.
float KeepOf(PickleRef layer) {
  PickleRef value = FindKey(layer, "keep");
  if (value != nullptr && value->As<PickleList>() != nullptr &&
      value->As<PickleList>()->items.size() == 1) {
    value = value->As<PickleList>()->items[0];
  }
  const auto* keep = value != nullptr ? value->As<double>() : nullptr;
  return keep != nullptr ? static_cast<float>(*keep) : 0.5f;
}

NetLayer LayerOf(PickleRef value, const std::string& key,
                 const std::shared_ptr<SourceFile>& file) {
  NetLayer layer;
  layer.name = TextOr(value, "name", key);
  layer.type = TextOr(value, "type", "");
  if (layer.name.empty() || ItemsOf(value) == nullptr) {
    throw Damaged("layers", "have one without a name");
  }
  // Inputs are numbers in the older form; their names are in "inputLayers".
  for (const PickleRef input : ListAt(value, "inputLayers")) {
    layer.inputs.push_back(TextOr(input, "name", ""));
  }
  if (layer.inputs.empty()) {
    for (const PickleRef input : ListAt(value, "inputs")) {
      const auto* text = input->As<PickleText>();
      if (text != nullptr) layer.inputs.emplace_back(text->text);
    }
  }
  layer.weights = ArraysAt(value, "weights", layer.name, file);
  layer.biases = ArraysAt(value, "biases", layer.name, file);
  layer.keep = KeepOf(value);
  return layer;
}

}  // namespace

Net ReadNet(const std::shared_ptr<SourceFile>& file) {
  ByteReader reader(file->bytes(), "pickle");
  PickleOptions options;
  options.where = "pickle";
  // Options of the program are pickled along; their classes stay names.
  options.any_global = true;
  const Pickle pickle = ReadPickle(reader, options);
  const PickleRef layers =
      FindKey(FindKey(pickle.root(), "model_state"), "layers");
  std::vector<std::pair<std::string, PickleRef>> found;
  if (const PickleItems* items = ItemsOf(layers)) {
    for (const auto& [key, value] : *items) {
      const auto* name = key->As<PickleText>();
      found.emplace_back(name != nullptr ? name->text : "", value);
    }
  } else if (layers != nullptr && layers->As<PickleList>() != nullptr) {
    for (const PickleRef value : layers->As<PickleList>()->items) {
      found.emplace_back("", value);
    }
  } else {
    throw Unsupported("pickle",
                      "has no model_state with layers, as "
                      "checkpoints of cuda-convnet have");
  }
  Net net;
  for (const auto& [key, value] : found) {
    NetLayer layer = LayerOf(value, key, file);
    const std::string name = layer.name;
    if (!net.emplace(name, std::move(layer)).second) {
      throw Damaged("layer \"" + name + "\"", "is there twice");
    }
  }
  return net;
}

}  // namespace alexnet::convert::cuda_convnet
