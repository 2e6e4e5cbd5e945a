#include "core/compose/model_builder.h"

#include <fmt/core.h>

#include <cstring>
#include <utility>

#include "core/compose/build_model.h"
#include "core/network/network.h"
#include "core/network/own_network.h"

namespace alexnet {
namespace {

// What keeps the tensors of a builder's models.
struct TensorOwners {
  std::shared_ptr<const Model> base;
  std::vector<std::shared_ptr<const Tensor>> tensors;
};

}  // namespace

Result<std::unique_ptr<ModelBuilder>> ModelBuilder::Create(
    const Preset& preset) {
  ALEXNET_ASSIGN_OR_RETURN(NetworkInfo info, InferNetwork(preset.network));
  ModelContents contents;
  contents.network = preset.network;
  contents.preprocessing = preset.preprocessing;
  return std::unique_ptr<ModelBuilder>(
      new ModelBuilder(std::move(contents), std::move(info), nullptr));
}

std::unique_ptr<ModelBuilder> ModelBuilder::Create(
    std::shared_ptr<const Model> model) {
  ModelContents contents;
  contents.network = model->network();
  contents.preprocessing = model->preprocessing();
  contents.labels = model->labels();
  contents.provenance = model->provenance();
  contents.provenance.parent_hash = model->file_hash();
  contents.metadata = model->metadata();
  NetworkInfo info = model->info();
  return std::unique_ptr<ModelBuilder>(
      new ModelBuilder(std::move(contents), std::move(info), std::move(model)));
}

ModelBuilder::ModelBuilder(ModelContents contents, NetworkInfo info,
                           std::shared_ptr<const Model> base)
    : contents_(std::move(contents)),
      info_(std::move(info)),
      base_(std::move(base)),
      parameters_(info_.parameters.size()) {}

Status ModelBuilder::WriteTensor(const std::string& name, DType dtype,
                                 int64_t first,
                                 std::span<const std::byte> data) {
  const Result<int> index = FindParameter(info_, name);
  if (!index.ok()) return index.status().WithField("name");
  const ParameterInfo& info = info_.parameters[static_cast<size_t>(*index)];
  Parameter& parameter = parameters_[static_cast<size_t>(*index)];
  const size_t size = static_cast<size_t>(DTypeSize(dtype));
  const int64_t elements = info.shape.elements();
  const auto refuse = [&](const std::string& message) {
    return InvalidArgumentError(message).WithField(name);
  };
  if (data.size() % size != 0) {
    return refuse(fmt::format("{} bytes are no whole number of {} elements",
                              data.size(), DTypeName(dtype)));
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
  const uint64_t count = data.size() / size;
  if (count > static_cast<uint64_t>(elements - first)) {
    return refuse(fmt::format("has {} elements {}; {} from {} on are too many",
                              elements, info.shape.ToString(), count, first));
  }
  if (data.empty()) return Status();  // perhaps of no address
  std::memcpy(static_cast<std::byte*>(parameter.tensor->data()) +
                  static_cast<size_t>(first) * size,
              data.data(), data.size());
  parameter.written += static_cast<int64_t>(count);
  return Status();
}

Status ModelBuilder::SetLabels(std::vector<std::string> labels) {
  if (!labels.empty()) {
    ALEXNET_RETURN_IF_ERROR(CheckLabels(labels, info_.classes));
  }
  contents_.labels = std::move(labels);
  return Status();
}

Status ModelBuilder::SetPreprocessing(const Preprocessing& preprocessing) {
  ALEXNET_RETURN_IF_ERROR(
      CheckPreprocessingOf(contents_.network, preprocessing));
  contents_.preprocessing = preprocessing;
  return Status();
}

void ModelBuilder::SetMetadata(const std::string& key,
                               const std::optional<std::string>& value) {
  std::erase_if(contents_.metadata,
                [&](const KeyValue& entry) { return entry.key == key; });
  if (value.has_value()) contents_.metadata.push_back({key, *value});
}

Result<ModelContents> ModelBuilder::Complete() const {
  ModelContents contents = contents_;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    const ParameterInfo& info = info_.parameters[i];
    if (parameter.tensor == nullptr && base_ != nullptr) {
      ALEXNET_ASSIGN_OR_RETURN(const TensorView view,
                               base_->Parameter(static_cast<int>(i)));
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

Result<std::shared_ptr<const Model>> ModelBuilder::Build(
    const Interrupt& interrupt) const {
  ALEXNET_ASSIGN_OR_RETURN(ModelContents contents, Complete());
  const auto owners = std::make_shared<TensorOwners>();
  owners->base = base_;
  for (const Parameter& parameter : parameters_) {
    owners->tensors.push_back(parameter.tensor);
  }
  return BuildModel(std::move(contents), owners, interrupt);
}

}  // namespace alexnet
