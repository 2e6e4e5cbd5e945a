#include "capi/model.h"

#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/network.h"
#include "capi/struct_size.h"
#include "core/compose/build_model.h"
#include "core/compose/save_copy.h"
#include "core/model/describe.h"

namespace alexnet::capi {
namespace {

Result<CopyOptions> ReadSaveOptions(const alexnet_save_options* pointer) {
  ALEXNET_ASSIGN_OR_RETURN(const alexnet_save_options given,
                           ReadStruct(pointer, "alexnet_save_options"));
  CopyOptions options;
  ALEXNET_ASSIGN_OR_RETURN(
      options.dtype,
      ReadOpenEnum<DType>(given.dtype, ALEXNET_DTYPE_BF16, "dtype"));
  options.strip_training_state = given.strip_training_state != 0;
  options.threads = given.threads;
  return options;
}

Result<int> FindTensor(const Model& model, const std::string& name) {
  const std::vector<StoredTensor>& tensors = model.tensors();
  std::vector<std::string> names;
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (tensors[i].role == TensorRole::kMomentum) continue;
    if (tensors[i].name == name) return static_cast<int>(i);
    names.push_back(tensors[i].name);
  }
  return UnknownName("tensor", name, names)
      .WithFile(model.path())
      .WithField("name");
}

}  // namespace

Result<Ref<const alexnet_model>> EnterWhole(const alexnet_model* handle) {
  ALEXNET_ASSIGN_OR_RETURN(auto model, Enter(handle));
  ALEXNET_RETURN_IF_ERROR(model->get().refusal());
  return model;
}

Status CheckTensorIndex(const Model& model, size_t index) {
  if (index < model.tensors().size()) return Status();
  return NotFoundError(fmt::format("there are {} tensors, not {}",
                                   model.tensors().size(), index))
      .WithFile(model.path())
      .WithField("index");
}

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
    ALEXNET_RETURN_IF_ERROR(CheckArray(bytes, size, "bytes"));
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
    ALEXNET_ASSIGN_OR_RETURN(
        std::shared_ptr<const Model> made,
        InitialModel(network->preset, seed, limits.interrupt()));
    *model = new alexnet_model(std::move(made));
    return Status();
  });
}

void alexnet_model_free(alexnet_model* model) { FreeHandle(model); }

alexnet_status alexnet_model_save(const alexnet_model* handle, const char* path,
                                  const alexnet_save_options* given,
                                  const alexnet_limits* given_limits,
                                  alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(path, "path"));
    ALEXNET_ASSIGN_OR_RETURN(const CopyOptions options, ReadSaveOptions(given));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    return SaveCopy(model->get(), path, options, limits.interrupt());
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
    ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(handle));
    ALEXNET_ASSIGN_OR_RETURN(const CopyOptions options, ReadSaveOptions(given));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ALEXNET_ASSIGN_OR_RETURN(
        const std::vector<std::byte> written,
        SerializeCopy(model->get(), options, limits.interrupt()));
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
  return Value<const char*>(nullptr, [&]() -> const char* {
    const auto model = Enter(handle);
    if (!model.ok() || class_index < 0) return nullptr;
    const std::vector<std::string>& labels = (*model)->get().labels();
    const size_t index = static_cast<size_t>(class_index);
    return index < labels.size() ? labels[index].c_str() : nullptr;
  });
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
  return Value<const char*>(nullptr, [&]() -> const char* {
    const auto model = Enter(handle);
    if (!model.ok() || key == nullptr) return nullptr;
    const std::string* value = (*model)->get().Metadata(key);
    return value != nullptr ? value->c_str() : nullptr;
  });
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
    *network = new alexnet_network(PresetOf(model->get()));
    return Status();
  });
}

alexnet_status alexnet_model_tensor_at(const alexnet_model* handle,
                                       size_t index, alexnet_tensor_info* info,
                                       alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckTensorIndex(model->get(), index));
    const StoredTensor& tensor = model->get().tensors()[index];
    alexnet_tensor_info result{};
    result.name = tensor.name.c_str();
    result.role = static_cast<int32_t>(tensor.role);
    result.dtype = static_cast<int32_t>(tensor.dtype) + ALEXNET_DTYPE_F32;
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
    ALEXNET_RETURN_IF_ERROR(CheckTensorIndex(model->get(), index));
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
    if (count > 0) ALEXNET_RETURN_IF_ERROR(CheckPointer(values, "values"));
    ALEXNET_RETURN_IF_ERROR(CheckTensorIndex(model->get(), index));
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
