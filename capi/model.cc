#include "capi/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/network.h"
#include "capi/struct_size.h"
#include "core/model/describe.h"
#include "core/model/version.h"
#include "core/network/init.h"

namespace alexnet::capi {
namespace {

// A mean image of one colour, ImageNet's (RGB, 0..255), for a network that
// needs one and has seen no data.
std::shared_ptr<const MeanImage> PlainMeanImage(const Preprocessing& from) {
  constexpr float kColor[3] = {123.68f, 116.779f, 103.939f};
  constexpr float kLuma = 117.4f;
  auto image = std::make_shared<MeanImage>();
  image->channels = from.channels();
  const bool whole = from.resize_rule != ResizeRule::kNone;
  image->height = whole ? from.resize : from.crop_height;
  image->width = whole ? from.resize : from.crop_width;
  const size_t area =
      static_cast<size_t>(image->height) * static_cast<size_t>(image->width);
  for (int c = 0; c < image->channels; ++c) {
    const float value = from.order == ChannelOrder::kGray  ? kLuma
                        : from.order == ChannelOrder::kBgr ? kColor[2 - c]
                                                           : kColor[c];
    image->values.insert(image->values.end(), area, value * from.scale);
  }
  return image;
}

bool NeedsMeanImage(const Preprocessing& preprocessing) {
  return preprocessing.mean_image == nullptr &&
         (preprocessing.mean_kind == MeanKind::kImageAtCrop ||
          preprocessing.mean_kind == MeanKind::kImageAtCentre);
}

// What alexnet_model_save and _save_memory write.
struct Outgoing {
  ModelContents contents;
  // Not null where conversion to another type made another model of it.
  std::shared_ptr<const Model> rebuilt;
};

Result<Tensor> Convert(const TensorView& from, DType dtype) {
  constexpr int64_t kChunk = 1 << 16;
  ALEXNET_ASSIGN_OR_RETURN(Tensor to, Tensor::Create(from.shape, dtype));
  std::vector<float> wide(kChunk);
  for (int64_t first = 0; first < to.elements(); first += kChunk) {
    const int64_t here = std::min(kChunk, to.elements() - first);
    WidenToFloat(from.dtype,
                 static_cast<const std::byte*>(from.data) +
                     first * DTypeSize(from.dtype),
                 here, wide.data());
    NarrowFromFloat(
        wide.data(), here, dtype,
        static_cast<std::byte*>(to.data()) + first * DTypeSize(dtype));
  }
  return to;
}

Result<Outgoing> Prepare(const Model& model,
                         const alexnet_save_options& options,
                         const Interrupt& interrupt) {
  Outgoing out;
  ALEXNET_ASSIGN_OR_RETURN(out.contents, ContentsOf(model, options.threads));
  if (options.strip_training_state != 0) {
    out.contents.training_state.reset();
    out.contents.momenta.clear();
  }
  if (options.dtype == ALEXNET_DTYPE_DEFAULT) return out;
  ALEXNET_ASSIGN_OR_RETURN(const DType dtype,
                           ReadDType(options.dtype, DType::kF32, "dtype"));
  if (out.contents.training_state.has_value() && dtype != DType::kF32) {
    return FailedPreconditionError(
               "a checkpoint is float32; set strip_training_state to save its "
               "model in another type")
        .WithField("dtype");
  }
  auto converted = std::make_shared<std::vector<Tensor>>();
  for (TensorView& view : out.contents.parameters) {
    if (view.dtype == dtype) continue;
    ALEXNET_ASSIGN_OR_RETURN(Tensor tensor, Convert(view, dtype));
    view = tensor.view();
    converted->push_back(std::move(tensor));
  }
  if (!converted->empty()) {
    // Rounded parameters compute something else, so the self-check is new.
    ALEXNET_ASSIGN_OR_RETURN(
        out.rebuilt, BuildModel(out.contents, std::move(converted), interrupt));
    ALEXNET_ASSIGN_OR_RETURN(out.contents, ContentsOf(*out.rebuilt));
  }
  return out;
}

Result<int> FindTensor(const Model& model, const std::string& name) {
  const std::vector<StoredTensor>& tensors = model.tensors();
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].name == name && tensors[i].role != TensorRole::kMomentum) {
      return static_cast<int>(i);
    }
  }
  std::string names;
  for (const StoredTensor& tensor : tensors) {
    if (tensor.role != TensorRole::kMomentum) names += " " + tensor.name;
  }
  return NotFoundError(
             fmt::format("the model has no tensor \"{}\"; there are:{}", name,
                         names))
      .WithFile(model.path())
      .WithField("name");
}

Status CheckTensor(const Model& model, size_t index) {
  if (index < model.tensors().size()) return Status();
  return NotFoundError(fmt::format("there are {} tensors, not {}",
                                   model.tensors().size(), index))
      .WithFile(model.path())
      .WithField("index");
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_model_load(const char* path,
                                  const alexnet_load_options* given,
                                  alexnet_model** model,
                                  alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(model, "model"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(path, "path"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_load_options options,
                             ReadStruct(given, "alexnet_load_options"));
    LoadOptions load;
    load.copy = options.copy != 0;
    ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<const Model> loaded,
                             LoadModel(path, load));
    *model = new alexnet_model(std::move(loaded));
    return Status();
  });
}

alexnet_status alexnet_model_load_memory(const void* bytes, size_t size,
                                         const char* name,
                                         alexnet_model** model,
                                         alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(model, "model"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(bytes, "bytes"));
    ALEXNET_ASSIGN_OR_RETURN(
        std::shared_ptr<const Model> loaded,
        LoadModelFromBytes({static_cast<const std::byte*>(bytes), size},
                           name != nullptr ? name : "model"));
    *model = new alexnet_model(std::move(loaded));
    return Status();
  });
}

alexnet_status alexnet_model_create_initial(const alexnet_network* handle,
                                            uint64_t seed,
                                            const alexnet_limits* given_limits,
                                            alexnet_model** model,
                                            alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(model, "model"));
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ModelContents contents;
    contents.network = network->preset.network;
    contents.preprocessing = network->preset.preprocessing;
    if (NeedsMeanImage(contents.preprocessing)) {
      contents.preprocessing.mean_image =
          PlainMeanImage(contents.preprocessing);
    }
    ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                             InferNetwork(contents.network));
    ALEXNET_ASSIGN_OR_RETURN(std::vector<Tensor> initial,
                             InitialParameters(info, seed));
    const auto tensors =
        std::make_shared<const std::vector<Tensor>>(std::move(initial));
    for (const Tensor& tensor : *tensors) {
      contents.parameters.push_back(tensor.view());
    }
    contents.provenance.source = "initial values";
    contents.provenance.tool = fmt::format("alexnet {}", kEngineVersion);
    ALEXNET_ASSIGN_OR_RETURN(
        std::shared_ptr<const Model> built,
        BuildModel(std::move(contents), tensors, limits.interrupt()));
    *model = new alexnet_model(std::move(built));
    return Status();
  });
}

void alexnet_model_free(alexnet_model* model) { FreeHandle(model); }

alexnet_status alexnet_model_save(const alexnet_model* handle, const char* path,
                                  const alexnet_save_options* given,
                                  const alexnet_limits* given_limits,
                                  alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(path, "path"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_save_options options,
                             ReadStruct(given, "alexnet_save_options"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ALEXNET_ASSIGN_OR_RETURN(
        const Outgoing out, Prepare(model->get(), options, limits.interrupt()));
    ALEXNET_RETURN_IF_ERROR(limits.interrupt().Check());
    return SaveModel(path, out.contents, options.threads);
  });
}

alexnet_status alexnet_model_save_memory(const alexnet_model* handle,
                                         const alexnet_save_options* given,
                                         const alexnet_limits* given_limits,
                                         void** bytes, size_t* size,
                                         alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(bytes, "bytes"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(size, "size"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_save_options options,
                             ReadStruct(given, "alexnet_save_options"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ALEXNET_ASSIGN_OR_RETURN(
        const Outgoing out, Prepare(model->get(), options, limits.interrupt()));
    ALEXNET_ASSIGN_OR_RETURN(const std::vector<std::byte> written,
                             SerializeModel(out.contents, options.threads));
    *bytes = CopyBytes(written.data(), written.size());
    *size = written.size();
    return Status();
  });
}

alexnet_status alexnet_model_get_info(const alexnet_model* handle,
                                      alexnet_model_info* info,
                                      alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto entered, Enter(handle));
    const Model& model = entered->get();
    const Network& network = model.network();
    alexnet_model_info result{};
    result.path = model.path().c_str();
    result.network = network.name.c_str();
    result.channels = network.channels;
    result.height = network.height;
    result.width = network.width;
    result.classes = model.info().classes;
    result.parameter_count = model.info().parameter_count;
    result.macs = model.info().macs;
    result.file_bytes = model.file_size();
    result.file_hash = model.file_hash();
    result.label_count = static_cast<int64_t>(model.labels().size());
    result.layer_count = static_cast<int64_t>(network.layers.size());
    result.tensor_count = static_cast<int64_t>(model.tensors().size());
    result.metadata_count = static_cast<int64_t>(model.metadata().size());
    result.classifies = As<Softmax>(network.layers.back()) != nullptr;
    result.has_self_check = model.self_check() != nullptr;
    const TrainingState* state = model.training_state();
    result.has_training_state = state != nullptr;
    result.epochs = state != nullptr ? state->epoch : 0;
    return FillStruct(result, info, "alexnet_model_info");
  });
}

alexnet_status alexnet_model_layer_at(const alexnet_model* handle, size_t index,
                                      alexnet_layer_info* info,
                                      alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_ASSIGN_OR_RETURN(
        const alexnet_layer_info layer,
        LayerInfo(model->get().network(), model->get().info(), index));
    return FillStruct(layer, info, "alexnet_layer_info");
  });
}

const char* alexnet_model_label(const alexnet_model* handle,
                                int64_t class_index) {
  const auto model = Enter(handle);
  if (!model.ok() || class_index < 0) return nullptr;
  const std::vector<std::string>& labels = (*model)->get().labels();
  const size_t index = static_cast<size_t>(class_index);
  return index < labels.size() ? labels[index].c_str() : nullptr;
}

alexnet_status alexnet_model_get_preprocessing(
    const alexnet_model* handle, alexnet_preprocessing* preprocessing,
    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    return FillStruct(ToAbi(model->get().preprocessing()), preprocessing,
                      "alexnet_preprocessing");
  });
}

const char* alexnet_model_metadata(const alexnet_model* handle,
                                   const char* key) {
  const auto model = Enter(handle);
  if (!model.ok() || key == nullptr) return nullptr;
  const std::string* value = (*model)->get().Metadata(key);
  return value != nullptr ? value->c_str() : nullptr;
}

alexnet_status alexnet_model_metadata_at(const alexnet_model* handle,
                                         size_t index, const char** key,
                                         const char** value,
                                         alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(key, "key"));
    ALEXNET_RETURN_IF_ERROR(ClearOutput(value, "value"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    const std::vector<KeyValue>& metadata = model->get().metadata();
    if (index >= metadata.size()) {
      return NotFoundError(fmt::format("there are {} pairs of metadata, not {}",
                                       metadata.size(), index))
          .WithField("index");
    }
    *key = metadata[index].key.c_str();
    *value = metadata[index].value.c_str();
    return Status();
  });
}

alexnet_status alexnet_model_json(const alexnet_model* handle, char** json,
                                  alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(json, "json"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    *json = CopyText(DescribeModelJson(model->get()));
    return Status();
  });
}

alexnet_status alexnet_model_network(const alexnet_model* handle,
                                     alexnet_network** network,
                                     alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(network, "network"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    Preset preset;
    preset.name = model->get().network().name;
    preset.network = model->get().network();
    preset.preprocessing = model->get().preprocessing();
    if (const TrainingState* state = model->get().training_state()) {
      preset.recipe = state->recipe;
    }
    *network = new alexnet_network(std::move(preset));
    return Status();
  });
}

alexnet_status alexnet_model_tensor_at(const alexnet_model* handle,
                                       size_t index, alexnet_tensor_info* info,
                                       alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckTensor(model->get(), index));
    const StoredTensor& tensor = model->get().tensors()[index];
    alexnet_tensor_info result{};
    result.name = tensor.name.c_str();
    result.role = static_cast<int32_t>(tensor.role);
    result.dtype = ToAbi(tensor.dtype);
    result.rank = tensor.shape.rank();
    for (int i = 0; i < tensor.shape.rank(); ++i) {
      result.shape[i] = tensor.shape[i];
    }
    result.elements = tensor.shape.elements();
    result.bytes = tensor.bytes;
    return FillStruct(result, info, "alexnet_tensor_info");
  });
}

alexnet_status alexnet_model_find_tensor(const alexnet_model* handle,
                                         const char* name, size_t* index,
                                         alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(name, "name"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(index, "index"));
    ALEXNET_ASSIGN_OR_RETURN(const int found, FindTensor(model->get(), name));
    *index = static_cast<size_t>(found);
    return Status();
  });
}

alexnet_status alexnet_model_tensor_data(const alexnet_model* handle,
                                         size_t index, const void** data,
                                         size_t* bytes, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(data, "data"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(bytes, "bytes"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckTensor(model->get(), index));
    ALEXNET_ASSIGN_OR_RETURN(const TensorView view,
                             model->get().View(static_cast<int>(index)));
    *data = view.data;
    *bytes = static_cast<size_t>(view.bytes());
    return Status();
  });
}

alexnet_status alexnet_model_read_tensor(const alexnet_model* handle,
                                         size_t index, int64_t first,
                                         int64_t count, float* values,
                                         alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(values, "values"));
    ALEXNET_RETURN_IF_ERROR(CheckTensor(model->get(), index));
    const int64_t elements = model->get().tensors()[index].shape.elements();
    if (first < 0 || count < 0 || first > elements ||
        count > elements - first) {
      return InvalidArgumentError(
                 fmt::format("{} elements from {} on are not in a tensor of {}",
                             count, first, elements))
          .WithField("count");
    }
    ALEXNET_ASSIGN_OR_RETURN(const TensorView view,
                             model->get().View(static_cast<int>(index)));
    WidenToFloat(view.dtype,
                 static_cast<const std::byte*>(view.data) +
                     first * DTypeSize(view.dtype),
                 count, values);
    return Status();
  });
}
