#include <fmt/core.h>

#include <map>
#include <utility>

#include "tools/convert/base/errors.h"
#include "tools/convert/formats/caffe/blob.h"
#include "tools/convert/formats/caffe/caffe.h"
#include "tools/convert/formats/caffe/net.h"
#include "tools/convert/formats/caffe/preparation.h"
#include "tools/convert/model/fold.h"

namespace alexnet::convert {
namespace {

using caffe::LayerParameter;
using caffe::Net;
using caffe::NetLayer;

constexpr uint64_t kMaxTextBytes = uint64_t{16} << 20;

Net ReadText(const SourceFile& file) {
  return InFile(file.path(), [&] {
    return caffe::ParseNetText(TextIn(file, kMaxTextBytes));
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

std::vector<float> BlobValues(Bytes blob, const std::string& name,
                              const std::shared_ptr<SourceFile>& file) {
  return ValuesOf(caffe::TensorOfBlob(blob, name, 1, file));
}

// What a BatchNorm, Scale or Bias layer computes. BatchNorm has the sums of
// means and variances and what they are to be divided by, and in NVIDIA's
// Caffe also Scale's blobs.
ChannelMap MapOf(const LayerParameter& p, const std::vector<Bytes>& blobs,
                 const std::shared_ptr<SourceFile>& file) {
  const std::string where = "layer \"" + p.name() + "\"";
  std::vector<std::vector<float>> values;
  for (const Bytes blob : blobs) {
    values.push_back(BlobValues(blob, p.name(), file));
  }
  const auto refuse = [&] {
    throw Damaged(where, fmt::format("has {} blobs, which is no {}",
                                     blobs.size(), p.type()));
  };
  ChannelMap map;
  if (p.type() == "BatchNorm") {
    if ((values.size() != 3 && values.size() != 5) || values[2].size() != 1) {
      refuse();
    }
    const float count = values[2][0];
    for (size_t i = 0; i < 2; ++i) {
      for (float& value : values[i]) value = count == 0 ? 0 : value / count;
    }
    const bool scales = values.size() == 5;
    return BatchNormalization(scales ? values[3] : std::vector<float>(),
                              scales ? values[4] : std::vector<float>(),
                              values[0], values[1], p.batch_norm_param().eps(),
                              where);
  }
  const bool scales = p.type() == "Scale";
  const size_t wanted = scales && p.scale_param().bias_term() ? 2 : 1;
  if (values.size() != wanted) refuse();
  const std::vector<float> none(values[0].size(), scales ? 0.0f : 1.0f);
  const std::vector<float>& scale = scales ? values[0] : none;
  const std::vector<float>& shift = values.size() == 2 ? values[1]
                                    : scales           ? none
                                                       : values[0];
  if (scale.size() != shift.size()) refuse();
  map.scale.assign(scale.begin(), scale.end());
  map.shift.assign(shift.begin(), shift.end());
  return map;
}

Tensor* TensorNamed(const std::string& name, ForeignModel* model) {
  for (Tensor& tensor : model->tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

void FoldLayers(const Net& net, const caffe::Chain& chain,
                const std::map<std::string, const NetLayer*>& blobs,
                const std::shared_ptr<SourceFile>& file, ForeignModel* model) {
  std::string names;
  for (const caffe::Chain::Folded& folded : chain.folded) {
    const LayerParameter& p = net.layers[folded.net_layer].parameter;
    const std::string where = "layer \"" + p.name() + "\"";
    const auto found = blobs.find(p.name());
    if (found == blobs.end()) {
      throw Invalid(where,
                    "has no weights in the file; layers are matched by name");
    }
    LayerTensors& tensors = model->layer_tensors[folded.layer];
    if (tensors.bias.empty()) {
      tensors.bias = chain.layers.layers[folded.layer].name + ".bias";
      Tensor none;
      none.name = tensors.bias;
      model->tensors.push_back(std::move(none));
    }
    Fold(MapOf(p, found->second->blobs, file), where,
         TensorNamed(tensors.weight, model), TensorNamed(tensors.bias, model));
    names += (names.empty() ? "" : ", ") + p.name();
  }
  if (names.empty()) return;
  model->layers = FoldedLayers(chain);
  model->notes.push_back(
      "layers that only scale and shift were folded into the weights before "
      "them: " +
      names);
}

// Nor how many channels they have, which the first convolution does.
void FindChannels(ForeignModel* model) {
  Layers& layers = *model->layers;
  if (layers.channels > 0) return;
  layers.channels = 3;
  for (size_t i = 0; i < layers.layers.size(); ++i) {
    const auto* convolution = As<Convolution>(layers.layers[i]);
    if (convolution == nullptr) continue;
    const Tensor& weight = *TensorNamed(model->layer_tensors[i].weight, model);
    layers.channels = weight.shape[1] * convolution->groups;
    return;
  }
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
            "fully connected layers; `network_file`, a deploy .prototxt, says "
            "it",
            size, size));
        return;
      }
    } catch (const Error& error) {
      PassSystemErrors(error);
      // Too small for the layers.
    }
  }
  throw Invalid("",
                "the file does not say how large pictures are; give the deploy "
                ".prototxt by `network_file`");
}

// In what the network of the weights' file differs from the description beside
// it: they may be of two conversions, of which one was stopped. Nothing of a
// file that describes none, or one that trains.
std::string DifferenceFrom(const Layers& described, const Net& weights) {
  try {
    Layers own = caffe::ChainOf(weights).layers;
    own.channels = described.channels;
    own.height = described.height;
    own.width = described.width;
    own.name = "the weights' file";
    Layers beside = described;
    beside.name = "the description";
    return FirstDifference(WithShapes(own), WithShapes(beside));
  } catch (const Error& error) {
    PassSystemErrors(error);
    return "";
  }
}

}  // namespace

bool LooksLikeCaffe(Bytes file) { return caffe::LooksLikeNet(file); }

Layers ReadPrototxt(const SourceFile& file) {
  const Net net = ReadText(file);
  return InFile(file.path(), [&] {
    const Layers layers = caffe::FoldedLayers(caffe::ChainOf(net));
    if (layers.height > 0 && layers.width > 0) return layers;
    throw Invalid("input",
                  "has no size; a deploy .prototxt says it, as input_dim, and "
                  "a data layer by its crop_size");
  });
}

ForeignModel ReadCaffe(std::shared_ptr<SourceFile> file,
                       const ReadOptions& options) {
  const Net weights = caffe::ParseNet(file->bytes());
  const Net net =
      options.network == nullptr ? weights : ReadText(*options.network);
  const caffe::Chain chain = caffe::ChainOf(net);
  ForeignModel model;
  model.layers = chain.layers;
  model.sigmoid = chain.sigmoid;
  const std::map<std::string, const NetLayer*> blobs = BlobsByName(weights);
  if (blobs.empty()) {
    throw Invalid("", "holds layers without weights; a .caffemodel is needed");
  }
  for (size_t i = 0; i < chain.blob_layers.size(); ++i) {
    const Layer& layer = model.layers->layers[i];
    const Expected expected =
        ExpectedOf(layer, net.layers[chain.blob_layers[i]]);
    model.layer_tensors.push_back(
        expected.rank == 0
            ? LayerTensors()
            : TakeBlobs(layer, expected, blobs, file, &model.tensors));
  }
  if (options.network != nullptr) {
    const std::string difference = DifferenceFrom(chain.layers, weights);
    if (!difference.empty()) {
      model.notes.push_back(
          "the description is not that of the weights' file (" + difference +
          "); it is taken, but where nobody changed it the two are of "
          "different "
          "conversions");
    }
  }
  FoldLayers(net, chain, blobs, file, &model);
  FindChannels(&model);
  FindInputSize(&model);
  Net training;
  if (options.training != nullptr) training = ReadText(*options.training);
  caffe::FindPreparation({&net, &training, &weights}, &model);
  model.network_name = net.name;
  model.file = std::move(file);
  return model;
}

}  // namespace alexnet::convert
