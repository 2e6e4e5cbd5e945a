#include "core/compose/model_builder.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/model.h"
#include "capi/network.h"

struct alexnet_model_builder : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c4d42;
  static constexpr const char* kName = "builder";
  explicit alexnet_model_builder(std::unique_ptr<alexnet::ModelBuilder> made)
      : Counted(kTag), builder(std::move(made)) {}

  const std::unique_ptr<alexnet::ModelBuilder> builder;
  mutable alexnet::capi::Gate gate;
};

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_model_builder_create(const alexnet_network* handle,
                                            alexnet_model_builder** builder,
                                            alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(builder, "builder"));
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<ModelBuilder> made,
                             ModelBuilder::Create(network->preset));
    *builder = new alexnet_model_builder(std::move(made));
    return Status();
  });
}

alexnet_status alexnet_model_builder_create_from(
    const alexnet_model* handle, alexnet_model_builder** builder,
    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(builder, "builder"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(handle));
    *builder =
        new alexnet_model_builder(ModelBuilder::Create(model->shared->model()));
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
    ALEXNET_RETURN_IF_ERROR(CheckArray(data, bytes, "data"));
    ALEXNET_ASSIGN_OR_RETURN(
        const auto type,
        ReadOpenEnum<DType>(dtype, ALEXNET_DTYPE_BF16, "dtype"));
    return builder->builder->WriteTensor(
        name, type.value_or(DType::kF32), first,
        {static_cast<const std::byte*>(data), bytes});
  });
}

alexnet_status alexnet_model_builder_set_labels(alexnet_model_builder* handle,
                                                const char* const* labels,
                                                size_t count,
                                                alexnet_error** error) {
  return Call(error, [&]() -> Status {
    constexpr size_t kMostLabels = 1'000'000;  // as many as there are classes
    ALEXNET_ASSIGN_OR_RETURN(const auto builder, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(std::vector<std::string> copies,
                             ReadTexts(labels, count, kMostLabels, "labels"));
    return builder->builder->SetLabels(std::move(copies));
  });
}

alexnet_status alexnet_model_builder_set_preprocessing(
    alexnet_model_builder* handle, const alexnet_preprocessing* given,
    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto builder, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(
        const Preprocessing preprocessing,
        ReadPreprocessing(given, builder->builder->network()));
    return builder->builder->SetPreprocessing(preprocessing);
  });
}

alexnet_status alexnet_model_builder_set_metadata(alexnet_model_builder* handle,
                                                  const char* key,
                                                  const char* value,
                                                  alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto builder, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(key, "key"));
    builder->builder->SetMetadata(key, value != nullptr
                                           ? std::optional<std::string>(value)
                                           : std::optional<std::string>());
    return Status();
  });
}

alexnet_status alexnet_model_builder_set_source(alexnet_model_builder* handle,
                                                const char* source,
                                                const char* tool,
                                                alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto builder, EnterAlone(handle));
    Provenance& provenance = builder->builder->provenance();
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
    ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<const Model> built,
                             builder->builder->Build(limits.interrupt()));
    *model = new alexnet_model(std::move(built));
    return Status();
  });
}
