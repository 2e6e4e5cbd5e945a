#include <fmt/format.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/model.h"
#include "capi/network.h"

struct alexnet_model_builder : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c4d42;
  static constexpr const char* kName = "builder";
  alexnet_model_builder() : Counted(kTag) {}

  // A parameter that is being written, or is.
  struct Parameter {
    // Shared with the models that were built of it; a complete one is never
    // written again.
    std::shared_ptr<alexnet::Tensor> tensor;
    int64_t written = 0;  // elements
  };

  // All but the parameters, which are those of `base` until they are written.
  alexnet::ModelContents contents;
  alexnet::NetworkInfo info;
  std::shared_ptr<const alexnet::Model> base;
  std::vector<Parameter> parameters;
  mutable alexnet::capi::Gate gate;
};

namespace alexnet::capi {
namespace {

Result<size_t> FindParameter(const NetworkInfo& info, const std::string& name) {
  std::string names;
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    if (info.parameters[i].name == name) return i;
    names += " " + info.parameters[i].name;
  }
  return NotFoundError(fmt::format("the network has no parameter \"{}\"; there "
                                   "are:{}",
                                   name, names))
      .WithField("name");
}

Status WriteChunk(const ParameterInfo& info,
                  alexnet_model_builder::Parameter& parameter, DType dtype,
                  int64_t first, const void* data, size_t bytes) {
  const size_t size = static_cast<size_t>(DTypeSize(dtype));
  const int64_t elements = info.shape.elements();
  const auto refuse = [&](const std::string& message) {
    return InvalidArgumentError(message).WithField(info.name);
  };
  if (bytes % size != 0) {
    return refuse(fmt::format("{} bytes are no whole number of {} elements",
                              bytes, DTypeName(dtype)));
  }
  if (first == 0) {
    ALEXNET_ASSIGN_OR_RETURN(Tensor tensor, Tensor::Create(info.shape, dtype));
    parameter.tensor = std::make_shared<Tensor>(std::move(tensor));
    parameter.written = 0;
  }
  if (parameter.tensor == nullptr || first != parameter.written) {
    return refuse(
        fmt::format("chunks come in order: {} elements are written, "
                    "so the next starts there, not at {}",
                    parameter.written, first));
  }
  if (parameter.tensor->dtype() != dtype) {
    return refuse(fmt::format("was begun as {}; all chunks have one type",
                              DTypeName(parameter.tensor->dtype())));
  }
  const uint64_t count = bytes / size;
  if (count > static_cast<uint64_t>(elements - first)) {
    return refuse(fmt::format("has {} elements {}; {} from {} on are too many",
                              elements, info.shape.ToString(), count, first));
  }
  std::memcpy(static_cast<std::byte*>(parameter.tensor->data()) +
                  static_cast<size_t>(first) * size,
              data, bytes);
  parameter.written += static_cast<int64_t>(count);
  return Status();
}

// What keeps the tensors of a builder's models.
struct TensorOwners {
  std::shared_ptr<const Model> base;
  std::vector<std::shared_ptr<const Tensor>> tensors;
};

std::shared_ptr<const TensorOwners> OwnersOf(
    const alexnet_model_builder& builder) {
  auto owners = std::make_shared<TensorOwners>();
  owners->base = builder.base;
  for (const auto& parameter : builder.parameters) {
    owners->tensors.push_back(parameter.tensor);
  }
  return owners;
}

// The contents with all parameters; refuses where one is missing.
Result<ModelContents> Complete(const alexnet_model_builder& builder) {
  ModelContents contents = builder.contents;
  for (size_t i = 0; i < builder.parameters.size(); ++i) {
    const alexnet_model_builder::Parameter& parameter = builder.parameters[i];
    const ParameterInfo& info = builder.info.parameters[i];
    if (parameter.tensor == nullptr && builder.base != nullptr) {
      ALEXNET_ASSIGN_OR_RETURN(const TensorView view,
                               builder.base->Parameter(static_cast<int>(i)));
      contents.parameters.push_back(view);
      continue;
    }
    if (parameter.tensor == nullptr ||
        parameter.written < info.shape.elements()) {
      return FailedPreconditionError(
                 fmt::format("only {} of {} elements {} were written",
                             parameter.written, info.shape.elements(),
                             info.shape.ToString()))
          .WithField(info.name);
    }
    contents.parameters.push_back(parameter.tensor->view());
  }
  return contents;
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_model_builder_create(const alexnet_network* handle,
                                            alexnet_model_builder** builder,
                                            alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(builder, "builder"));
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    auto made = std::make_unique<alexnet_model_builder>();
    made->contents.network = network->preset.network;
    made->contents.preprocessing = network->preset.preprocessing;
    ALEXNET_ASSIGN_OR_RETURN(made->info, InferNetwork(made->contents.network));
    made->parameters.resize(made->info.parameters.size());
    *builder = made.release();
    return Status();
  });
}

alexnet_status alexnet_model_builder_create_from(
    const alexnet_model* handle, alexnet_model_builder** builder,
    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(builder, "builder"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    auto made = std::make_unique<alexnet_model_builder>();
    made->base = model->shared->model();
    made->contents.network = made->base->network();
    made->contents.preprocessing = made->base->preprocessing();
    made->contents.labels = made->base->labels();
    made->contents.provenance = made->base->provenance();
    made->contents.provenance.parent_hash = made->base->file_hash();
    made->contents.metadata = made->base->metadata();
    made->info = made->base->info();
    made->parameters.resize(made->info.parameters.size());
    *builder = made.release();
    return Status();
  });
}

void alexnet_model_builder_free(alexnet_model_builder* builder) {
  FreeHandle(builder);
}

alexnet_status alexnet_model_builder_write_tensor(
    alexnet_model_builder* handle, const char* name, int32_t dtype,
    int64_t first, const void* data, size_t bytes, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto builder, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(name, "name"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(data, "data"));
    ALEXNET_ASSIGN_OR_RETURN(const DType type,
                             ReadDType(dtype, DType::kF32, "dtype"));
    ALEXNET_ASSIGN_OR_RETURN(const size_t index,
                             FindParameter(builder->info, name));
    return WriteChunk(builder->info.parameters[index],
                      builder->parameters[index], type, first, data, bytes);
  });
}

alexnet_status alexnet_model_builder_set_labels(alexnet_model_builder* handle,
                                                const char* const* labels,
                                                size_t count,
                                                alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto builder, EnterAlone(handle));
    std::vector<std::string> copies;
    if (count != 0) {
      ALEXNET_RETURN_IF_ERROR(CheckPointer(labels, "labels"));
      if (count != static_cast<size_t>(builder->info.classes)) {
        return InvalidArgumentError(
                   fmt::format("{} labels for {} classes; there is one for "
                               "each, or none",
                               count, builder->info.classes))
            .WithField("labels");
      }
      for (size_t i = 0; i < count; ++i) {
        ALEXNET_RETURN_IF_ERROR(CheckPointer(labels[i], "labels"));
        copies.emplace_back(labels[i]);
      }
      ALEXNET_RETURN_IF_ERROR(CheckLabels(copies, builder->info.classes));
    }
    builder->contents.labels = std::move(copies);
    return Status();
  });
}

alexnet_status alexnet_model_builder_set_preprocessing(
    alexnet_model_builder* handle, const alexnet_preprocessing* preprocessing,
    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto builder, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(builder->contents.preprocessing,
                             FromAbi(preprocessing, builder->contents.network));
    return Status();
  });
}

alexnet_status alexnet_model_builder_set_metadata(alexnet_model_builder* handle,
                                                  const char* key,
                                                  const char* value,
                                                  alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto builder, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(key, "key"));
    std::vector<KeyValue>& metadata = builder->contents.metadata;
    std::erase_if(metadata,
                  [&](const KeyValue& entry) { return entry.key == key; });
    if (value != nullptr) metadata.push_back({key, value});
    return Status();
  });
}

alexnet_status alexnet_model_builder_set_source(alexnet_model_builder* handle,
                                                const char* source,
                                                const char* tool,
                                                alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto builder, EnterAlone(handle));
    Provenance& provenance = builder->contents.provenance;
    if (source != nullptr) provenance.source = source;
    if (tool != nullptr) provenance.tool = tool;
    return Status();
  });
}

alexnet_status alexnet_model_builder_build(const alexnet_model_builder* handle,
                                           const alexnet_limits* given_limits,
                                           alexnet_model** model,
                                           alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(model, "model"));
    ALEXNET_ASSIGN_OR_RETURN(const auto builder, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ALEXNET_ASSIGN_OR_RETURN(ModelContents contents, Complete(*builder));
    ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<const Model> built,
                             BuildModel(std::move(contents), OwnersOf(*builder),
                                        limits.interrupt()));
    *model = new alexnet_model(std::move(built));
    return Status();
  });
}
