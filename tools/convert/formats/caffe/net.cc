#include "tools/convert/formats/caffe/net.h"

#include <fmt/core.h>

#include <array>
#include <utility>

#include "tools/convert/base/wire.h"

namespace alexnet::convert::caffe {
namespace {

// Field numbers of Caffe's messages that hold layers and blobs.
constexpr uint32_t kNetV1Layers = 2;
constexpr uint32_t kNetLayers = 100;
constexpr uint32_t kLayerBlobs = 7;
constexpr uint32_t kV1Blobs = 6;
constexpr uint32_t kV1V0Layer = 1;
constexpr uint32_t kV0Blobs = 50;
// A net of the family has about 25; Caffe's own GoogLeNet 170.
constexpr size_t kMaxLayers = 2000;

std::vector<Bytes> PayloadsOf(const Skeleton& skeleton, uint32_t number) {
  std::vector<Bytes> payloads;
  for (const CutField& field : skeleton.cut) {
    if (field.number == number) payloads.push_back(field.payload);
  }
  return payloads;
}

// V1LayerParameter.LayerType by number; null for what no chain has.
const char* TypeOfV1(int32_t type) {
  switch (type) {
    case 1:
      return "Accuracy";
    case 4:
      return "Convolution";
    case 5:
      return "Data";
    case 6:
      return "Dropout";
    case 8:
      return "Flatten";
    case 9:
      return "HDF5Data";
    case 12:
      return "ImageData";
    case 14:
      return "InnerProduct";
    case 15:
      return "LRN";
    case 17:
      return "Pooling";
    case 18:
      return "ReLU";
    case 19:
      return "Sigmoid";
    case 20:
      return "Softmax";
    case 21:
      return "SoftmaxWithLoss";
    case 22:
      return "Split";
    case 23:
      return "TanH";
    case 24:
      return "WindowData";
    case 27:
      return "SigmoidCrossEntropyLoss";
    case 29:
      return "MemoryData";
    case 32:
      return "DummyData";
    default:
      return nullptr;
  }
}

std::string TypeOfV0(const std::string& type) {
  static constexpr std::array<std::pair<const char*, const char*>, 12> kTypes =
      {{{"conv", "Convolution"},
        {"pool", "Pooling"},
        {"relu", "ReLU"},
        {"lrn", "LRN"},
        {"dropout", "Dropout"},
        {"innerproduct", "InnerProduct"},
        {"softmax", "Softmax"},
        {"softmax_loss", "SoftmaxWithLoss"},
        {"data", "Data"},
        {"images", "ImageData"},
        {"flatten", "Flatten"},
        {"split", "Split"}}};
  for (const auto& [old, now] : kTypes) {
    if (type == old) return now;
  }
  return type;  // "padding" among them, which ParseNet takes away
}

// What is done to pictures, where transform_param does not say it.
template <typename Older>
void TakeTransform(const Older& older, LayerParameter* to) {
  TransformationParameter* transform = to->mutable_transform_param();
  if (older.has_scale() && !transform->has_scale()) {
    transform->set_scale(older.scale());
  }
  if (older.has_mean_file() && !transform->has_mean_file()) {
    transform->set_mean_file(older.mean_file());
  }
  if (older.has_crop_size() && !transform->has_crop_size()) {
    transform->set_crop_size(older.crop_size());
  }
  if (older.has_mirror() && !transform->has_mirror()) {
    transform->set_mirror(older.mirror());
  }
}

template <typename Layer>
void TakeTransforms(const Layer& layer, LayerParameter* to) {
  if (layer.has_data_param()) TakeTransform(layer.data_param(), to);
  if (layer.has_image_data_param()) TakeTransform(layer.image_data_param(), to);
}

void TakeV0Data(const V0LayerParameter& from, LayerParameter* to) {
  TransformationParameter* transform = to->mutable_transform_param();
  if (from.has_scale()) transform->set_scale(from.scale());
  if (from.has_meanfile()) transform->set_mean_file(from.meanfile());
  if (from.has_cropsize()) transform->set_crop_size(from.cropsize());
  if (from.has_mirror()) transform->set_mirror(from.mirror());
}

void TakeV0(const V0LayerParameter& from, LayerParameter* to) {
  to->set_name(from.name());
  to->set_type(TypeOfV0(from.type()));
  if (to->type() == "Data" || to->type() == "ImageData") TakeV0Data(from, to);
  if (to->type() == "Convolution") {
    ConvolutionParameter* parameter = to->mutable_convolution_param();
    parameter->set_num_output(from.num_output());
    parameter->set_bias_term(from.biasterm());
    parameter->add_pad(from.pad());
    parameter->add_kernel_size(from.kernelsize());
    parameter->add_stride(from.stride());
    parameter->set_group(from.group());
  } else if (to->type() == "InnerProduct") {
    to->mutable_inner_product_param()->set_num_output(from.num_output());
    to->mutable_inner_product_param()->set_bias_term(from.biasterm());
  } else if (to->type() == "Pooling") {
    PoolingParameter* parameter = to->mutable_pooling_param();
    parameter->set_pool(from.pool());
    parameter->set_kernel_size(from.kernelsize());
    parameter->set_stride(from.stride());
    parameter->set_pad(from.pad());
  } else if (to->type() == "LRN") {
    LRNParameter* parameter = to->mutable_lrn_param();
    parameter->set_local_size(from.local_size());
    parameter->set_alpha(from.alpha());
    parameter->set_beta(from.beta());
    parameter->set_k(from.k());
  } else if (to->type() == "Dropout") {
    to->mutable_dropout_param()->set_dropout_ratio(from.dropout_ratio());
  } else if (to->type() == "padding") {
    to->mutable_convolution_param()->add_pad(from.pad());
  }
}

void TakeV1(V1LayerParameter* from, const std::string& where,
            LayerParameter* to) {
  to->set_name(from->name());
  const char* type = TypeOfV1(from->type());
  if (type == nullptr) {
    throw Unsupported(where,
                      fmt::format("is of Caffe's layer type {}, which is not "
                                  "of the AlexNet family",
                                  from->type()));
  }
  to->set_type(type);
  const auto move = [](auto* mine, auto* theirs) { mine->Swap(theirs); };
  if (from->has_convolution_param()) {
    move(from->mutable_convolution_param(), to->mutable_convolution_param());
  }
  if (from->has_dropout_param()) {
    move(from->mutable_dropout_param(), to->mutable_dropout_param());
  }
  if (from->has_inner_product_param()) {
    move(from->mutable_inner_product_param(),
         to->mutable_inner_product_param());
  }
  if (from->has_lrn_param()) {
    move(from->mutable_lrn_param(), to->mutable_lrn_param());
  }
  if (from->has_pooling_param()) {
    move(from->mutable_pooling_param(), to->mutable_pooling_param());
  }
  if (from->has_relu_param()) {
    move(from->mutable_relu_param(), to->mutable_relu_param());
  }
  if (from->has_transform_param()) {
    move(from->mutable_transform_param(), to->mutable_transform_param());
  }
  TakeTransforms(*from, to);
  if (from->has_softmax_param()) {
    move(from->mutable_softmax_param(), to->mutable_softmax_param());
  }
  to->mutable_include()->Swap(from->mutable_include());
  to->mutable_exclude()->Swap(from->mutable_exclude());
}

NetLayer ParseV1(Bytes bytes, const std::string& where) {
  static constexpr uint32_t kCut[] = {kV1Blobs, kV1V0Layer};
  const Skeleton skeleton = SplitMessage(bytes, kCut, where);
  auto message = ParseMessage<V1LayerParameter>(skeleton.rest, where);
  NetLayer layer;
  layer.blobs = PayloadsOf(skeleton, kV1Blobs);
  const std::vector<Bytes> older = PayloadsOf(skeleton, kV1V0Layer);
  if (older.empty()) {
    TakeV1(&message, where, &layer.parameter);
  } else {
    static constexpr uint32_t kCutV0[] = {kV0Blobs};
    const Skeleton v0 = SplitMessage(older.back(), kCutV0, where);
    TakeV0(ParseMessage<V0LayerParameter>(v0.rest, where), &layer.parameter);
    layer.blobs = PayloadsOf(v0, kV0Blobs);
  }
  layer.parameter.mutable_bottom()->Swap(message.mutable_bottom());
  layer.parameter.mutable_top()->Swap(message.mutable_top());
  return layer;
}

NetLayer ParseLayer(Bytes bytes, const std::string& where) {
  static constexpr uint32_t kCut[] = {kLayerBlobs};
  const Skeleton skeleton = SplitMessage(bytes, kCut, where);
  NetLayer layer;
  layer.parameter = ParseMessage<LayerParameter>(skeleton.rest, where);
  const LayerParameter given = layer.parameter;
  TakeTransforms(given, &layer.parameter);
  layer.blobs = PayloadsOf(skeleton, kLayerBlobs);
  return layer;
}

// Padding was a layer of its own in 2013: it belongs to the convolution after
// it.
void MergePadding(std::vector<NetLayer>* layers) {
  for (size_t i = 0; i < layers->size(); ++i) {
    const LayerParameter padding = (*layers)[i].parameter;
    if (padding.type() != "padding") continue;
    const bool before_convolution =
        i + 1 < layers->size() &&
        (*layers)[i + 1].parameter.type() == "Convolution";
    if (!before_convolution) {
      throw Unsupported("layer \"" + padding.name() + "\"",
                        "pads something else than a convolution");
    }
    LayerParameter& convolution = (*layers)[i + 1].parameter;
    *convolution.mutable_bottom() = padding.bottom();
    convolution.mutable_convolution_param()->set_pad(
        0, padding.convolution_param().pad(0));
    layers->erase(layers->begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::vector<int64_t> InputOf(const NetHeader& header) {
  if (header.input_shape_size() > 0) {
    const auto& dims = header.input_shape(0).dim();
    return {dims.begin(), dims.end()};
  }
  const auto& dims = header.input_dim();
  return {dims.begin(), dims.end()};
}

}  // namespace

bool LooksLikeNet(Bytes file) {
  // A name, inputs and the like, then the first layer with a name, bottom, top
  // or, in 2013, a layer inside.
  try {
    ByteReader reader(file);
    const auto read_varint = [&] {
      uint64_t value = 0;
      for (int shift = 0; shift < 35; shift += 7) {
        const auto byte = reader.Read<uint8_t>();
        value |= uint64_t{byte & 0x7fu} << shift;
        if (byte < 0x80) return value;
      }
      throw Damaged("", "no varint");
    };
    for (int fields = 0; fields < 64; ++fields) {
      const uint64_t tag = read_varint();
      const uint64_t number = tag >> 3;
      if ((tag & 7) == 0 && number >= 4 && number <= 7) {
        read_varint();
        continue;
      }
      if ((tag & 7) != 2) return false;
      const uint64_t size = read_varint();
      if (number == kNetV1Layers || number == kNetLayers) {
        const uint64_t first = read_varint();
        return size >= 2 && (first & 7) <= 2 && first >> 3 >= 1 &&
               first >> 3 <= 150;
      }
      if (number != 1 && number != 3 && number != 4 && number != 6 &&
          number != 8) {
        return false;
      }
      if (size > 4096) return false;
      const std::string_view text = reader.TakeText(size);
      if (number == 1 && text.find('\0') != std::string_view::npos) {
        return false;
      }
    }
  } catch (const Error&) {
  }
  return false;
}

Net ParseNet(Bytes message) {
  static constexpr uint32_t kCut[] = {kNetV1Layers, kNetLayers};
  const Skeleton skeleton = SplitMessage(message, kCut, "network");
  const auto header = ParseMessage<NetHeader>(skeleton.rest, "network");
  if (skeleton.cut.size() > kMaxLayers) {
    throw Unsupported("network", fmt::format("has {} layers; a network of the "
                                             "family has about 25",
                                             skeleton.cut.size()));
  }
  Net net;
  net.name = header.name();
  net.input = InputOf(header);
  for (size_t i = 0; i < skeleton.cut.size(); ++i) {
    const std::string where = fmt::format("layer {}", i);
    const CutField& field = skeleton.cut[i];
    net.layers.push_back(field.number == kNetV1Layers
                             ? ParseV1(field.payload, where)
                             : ParseLayer(field.payload, where));
  }
  MergePadding(&net.layers);
  return net;
}

}  // namespace alexnet::convert::caffe
