#include <fmt/core.h>

#include <map>
#include <utility>

#include "core/base/file.h"
#include "tools/convert/formats/caffe/blob.h"
#include "tools/convert/formats/caffe/caffe.h"
#include "tools/convert/formats/caffe/net.h"

namespace alexnet::convert {
namespace {

using caffe::Net;
using caffe::NetLayer;

constexpr uint64_t kMaxTextBytes = uint64_t{16} << 20;

Net ReadText(const std::string& path) {
  return InFile(path, [&] {
    const std::vector<std::byte> text = Check(ReadFile(path, kMaxTextBytes));
    return caffe::ParseNetText(TextOf(text));
  });
}

// The blobs of each layer that has some, by its name.
std::map<std::string, const NetLayer*> BlobsByName(const Net& net) {
  std::map<std::string, const NetLayer*> layers;
  for (const NetLayer& layer : net.layers) {
    if (layer.blobs.empty()) continue;
    if (layers.emplace(layer.parameter.name(), &layer).second) continue;
    throw Damaged("layer \"" + layer.parameter.name() + "\"", "is there twice");
  }
  return layers;
}

// What a layer's blobs have to be.
struct Expected {
  size_t rank = 0;  // of the weight; 0: the layer has none
  bool has_bias = false;
  bool transpose = false;
};

Expected ExpectedOf(const Layer& layer, const NetLayer& from) {
  if (const auto* convolution = As<Convolution>(layer)) {
    return {4, convolution->has_bias, false};
  }
  if (const auto* full = As<FullyConnected>(layer)) {
    return {2, full->has_bias,
            from.parameter.inner_product_param().transpose()};
  }
  return {};
}

LayerTensors TakeBlobs(const Layer& layer, const Expected& expected,
                       const std::map<std::string, const NetLayer*>& blobs,
                       const std::shared_ptr<SourceFile>& file,
                       std::vector<Tensor>* tensors) {
  const std::string where = "layer \"" + layer.name + "\"";
  const auto found = blobs.find(layer.name);
  if (found == blobs.end()) {
    throw Invalid(where,
                  "has no weights in the file; layers are matched by "
                  "name");
  }
  const std::vector<Bytes>& payloads = found->second->blobs;
  const size_t wanted = expected.has_bias ? 2 : 1;
  if (payloads.size() != wanted) {
    throw Damaged(where,
                  fmt::format("has {} blobs, not {}", payloads.size(), wanted));
  }
  LayerTensors names = {layer.name + ".weight", ""};
  Tensor weight =
      caffe::TensorOfBlob(payloads[0], names.weight, expected.rank, file);
  if (weight.shape.size() != expected.rank) {
    throw Damaged(where, "has weights of shape " + ExtentsText(weight.shape));
  }
  tensors->push_back(expected.transpose ? Permuted(weight, {1, 0}) : weight);
  if (!expected.has_bias) return names;
  names.bias = layer.name + ".bias";
  tensors->push_back(caffe::TensorOfBlob(payloads[1], names.bias, 1, file));
  return names;
}

// A .caffemodel mostly does not say how large pictures are: the first fully
// connected layer does, since only some sizes lead to as many features.
void FindInputSize(ForeignModel* model) {
  Layers& layers = *model->layers;
  if (layers.height > 0 && layers.width > 0) return;
  const Tensor* first = nullptr;
  for (const Tensor& tensor : model->tensors) {
    if (tensor.shape.size() == 2 && first == nullptr) first = &tensor;
  }
  for (const int64_t size :
       {227, 224, 256, 231, 128, 112, 96, 64, 48, 32, 28}) {
    layers.height = layers.width = size;
    try {
      const Layers inferred = WithShapes(layers);
      for (const Layer& layer : inferred.layers) {
        if (As<FullyConnected>(layer) == nullptr || first == nullptr) continue;
        int64_t features = 1;
        for (const int64_t extent : layer.input) features *= extent;
        if (features != first->shape[1]) break;
        model->notes.push_back(fmt::format(
            "the file does not say how large pictures are; {} x {} fits its "
            "fully connected layers; a deploy .prototxt says it",
            size, size));
        return;
      }
    } catch (const Error&) {
      // Too small for the layers.
    }
  }
  throw Invalid("",
                "the size of pictures is in no place; give the deploy "
                ".prototxt");
}

void FindMean(const Net& net, ForeignModel* model) {
  for (const NetLayer& layer : net.layers) {
    const auto& values = layer.parameter.transform_param().mean_value();
    if (values.size() != model->layers->channels || model->mean) continue;
    model->mean = Mean{values.size(), 1, 1, {values.begin(), values.end()}};
  }
}

}  // namespace

bool LooksLikeCaffe(Bytes file) { return caffe::LooksLikeNet(file); }

Layers ReadPrototxt(const std::string& path) {
  const Net net = ReadText(path);
  return InFile(path, [&] {
    std::vector<size_t> blob_layers;
    Layers layers = caffe::ChainOf(net, &blob_layers);
    if (layers.height > 0 && layers.width > 0) return layers;
    throw Invalid("input", "has no size; a deploy .prototxt says it");
  });
}

ForeignModel ReadCaffe(std::shared_ptr<SourceFile> file,
                       const ReadOptions& options) {
  const Net weights = caffe::ParseNet(file->bytes());
  const Net net =
      options.network_file.empty() ? weights : ReadText(options.network_file);
  std::vector<size_t> blob_layers;
  ForeignModel model;
  model.layers = caffe::ChainOf(net, &blob_layers);
  const std::map<std::string, const NetLayer*> blobs = BlobsByName(weights);
  if (blobs.empty()) {
    throw Invalid("", "holds layers without weights; a .caffemodel is needed");
  }
  for (size_t i = 0; i < blob_layers.size(); ++i) {
    const Layer& layer = model.layers->layers[i];
    const Expected expected = ExpectedOf(layer, net.layers[blob_layers[i]]);
    model.layer_tensors.push_back(
        expected.rank == 0
            ? LayerTensors()
            : TakeBlobs(layer, expected, blobs, file, &model.tensors));
  }
  FindInputSize(&model);
  FindMean(net, &model);
  model.network_name = net.name;
  model.file = std::move(file);
  return model;
}

}  // namespace alexnet::convert
