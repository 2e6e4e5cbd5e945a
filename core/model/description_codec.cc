#include "core/model/description_codec.h"

#include <fmt/core.h>

#include <cmath>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "core/model/decoding.h"
#include "core/model/layout.h"
#include "core/model/network_codec.h"
#include "core/model/preprocessing_codec.h"
#include "core/model/tensor_checks.h"
#include "core/model/training_codec.h"

namespace alexnet {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

// A network of 1,000 layers has a few thousand tables.
constexpr flatbuffers::uoffset_t kMaxDepth = 16;
constexpr flatbuffers::uoffset_t kMaxTables = 1'000'000;

Offset<schema::Tensor> EncodeTensor(FlatBufferBuilder& builder,
                                    const StoredTensor& tensor) {
  const auto name = builder.CreateString(tensor.name);
  const auto shape = builder.CreateVector(tensor.shape.extents().data(),
                                          tensor.shape.extents().size());
  const auto hashes = builder.CreateVector(tensor.chunk_hashes);
  return schema::CreateTensor(builder, name,
                              EncodeEnum<schema::TensorRole>(tensor.role),
                              EncodeEnum<schema::DType>(tensor.dtype), shape,
                              tensor.offset, tensor.bytes, hashes, tensor.hash);
}

Offset<schema::SelfCheck> EncodeSelfCheck(FlatBufferBuilder& builder,
                                          const SelfCheck& check) {
  const auto logits = builder.CreateVector(check.logits);
  const auto norms = builder.CreateVector(check.layer_norms);
  const auto tolerance =
      builder.CreateVector(check.tolerance.data(), check.tolerance.size());
  return schema::CreateSelfCheck(builder, check.key, check.input_scale, logits,
                                 norms, tolerance);
}

template <typename T>
Status CheckFinite(const std::vector<T>& values, const char* field) {
  for (const T value : values) {
    if (!std::isfinite(value)) {
      return InvalidArgumentError("holds numbers that are not finite")
          .WithField(field);
    }
  }
  return Status();
}

// Decodes a verified description part by part.
class Decoder {
 public:
  Decoder(const schema::Model& model, uint64_t bytes)
      : model_(model), budget_(bytes) {}

  Result<ModelDescription> Run(uint64_t description_bytes,
                               uint64_t file_bytes) {
    ALEXNET_RETURN_IF_ERROR(DecodeVersion());
    ALEXNET_ASSIGN_OR_RETURN(result_.network,
                             DecodeNetwork(*model_.network(), budget_));
    ALEXNET_ASSIGN_OR_RETURN(result_.info, InferNetwork(result_.network));
    ALEXNET_RETURN_IF_ERROR(DecodePreprocessingPart());
    ALEXNET_RETURN_IF_ERROR(DecodeLabels());
    ALEXNET_RETURN_IF_ERROR(DecodeTensors());
    ALEXNET_RETURN_IF_ERROR(DecodeProvenance());
    ALEXNET_RETURN_IF_ERROR(DecodeMetadata());
    ALEXNET_RETURN_IF_ERROR(DecodeSelfCheck());
    if (model_.training_state() != nullptr) {
      ALEXNET_ASSIGN_OR_RETURN(
          result_.training_state,
          DecodeTrainingState(*model_.training_state(), budget_));
    }
    ALEXNET_RETURN_IF_ERROR(
        CheckTensorLayout(result_, description_bytes, file_bytes));
    ALEXNET_RETURN_IF_ERROR(MatchTensors(&result_));
    return std::move(result_);
  }

 private:
  Status DecodeVersion() {
    result_.format_version = model_.format_version();
    ALEXNET_ASSIGN_OR_RETURN(result_.engine_version,
                             DecodeText(*model_.engine_version(), kMaxNameBytes,
                                        "engine_version", budget_));
    if (result_.format_version == kFormatVersion) return Status();
    if (result_.format_version > kFormatVersion) {
      return UnsupportedError(fmt::format(
          "format version {}, written by engine {}; this engine reads up to "
          "{}: update it, or save the file with an older engine",
          result_.format_version, result_.engine_version, kFormatVersion));
    }
    return InvalidArgumentError("0 is no version").WithField("format_version");
  }

  Status DecodePreprocessingPart() {
    ALEXNET_ASSIGN_OR_RETURN(result_.preprocessing,
                             DecodePreprocessing(*model_.preprocessing()));
    const Preprocessing& preprocessing = result_.preprocessing;
    const Network& network = result_.network;
    if (preprocessing.channels() == network.channels &&
        preprocessing.crop_height == network.height &&
        preprocessing.crop_width == network.width) {
      return Status();
    }
    return InvalidArgumentError(
               fmt::format("gives {} channels of {}x{}; the network takes {} "
                           "of {}x{}",
                           preprocessing.channels(), preprocessing.crop_height,
                           preprocessing.crop_width, network.channels,
                           network.height, network.width))
        .WithField("preprocessing");
  }

  Status DecodeLabels() {
    const auto& labels = *model_.labels();
    if (labels.size() != 0 &&
        labels.size() != static_cast<uint64_t>(result_.info.classes)) {
      return InvalidArgumentError(fmt::format("{} labels for {} classes",
                                              labels.size(),
                                              result_.info.classes))
          .WithField("labels");
    }
    for (const flatbuffers::String* label : labels) {
      ALEXNET_ASSIGN_OR_RETURN(
          std::string text,
          DecodeText(*label, kMaxLabelBytes, "labels", budget_));
      result_.labels.push_back(std::move(text));
    }
    return Status();
  }

  Status DecodeTensors() {
    for (const schema::Tensor* from : *model_.tensors()) {
      StoredTensor tensor;
      ALEXNET_ASSIGN_OR_RETURN(
          tensor.name,
          DecodeText(*from->name(), kMaxNameBytes, "tensors", budget_));
      const Status status = DecodeTensor(*from, &tensor);
      if (!status.ok()) {
        return status.WithField(fmt::format("tensor \"{}\"", tensor.name));
      }
      result_.tensors.push_back(std::move(tensor));
    }
    return Status();
  }

  Status DecodeTensor(const schema::Tensor& from, StoredTensor* tensor) {
    ALEXNET_ASSIGN_OR_RETURN(tensor->role,
                             DecodeEnum<TensorRole>(from.role(), ""));
    ALEXNET_ASSIGN_OR_RETURN(tensor->dtype,
                             DecodeEnum<DType>(from.dtype(), ""));
    ALEXNET_ASSIGN_OR_RETURN(const std::vector<int64_t> extents,
                             DecodeVector(*from.shape(), "", budget_));
    ALEXNET_ASSIGN_OR_RETURN(tensor->shape, Shape::Create(extents));
    tensor->offset = from.offset();
    tensor->bytes = from.size();
    ALEXNET_ASSIGN_OR_RETURN(tensor->chunk_hashes,
                             DecodeVector(*from.chunk_hashes(), "", budget_));
    tensor->hash = from.hash();
    return Status();
  }

  Status DecodeProvenance() {
    const schema::Provenance& from = *model_.provenance();
    Provenance& to = result_.provenance;
    if (from.source() != nullptr) {
      ALEXNET_ASSIGN_OR_RETURN(
          to.source, DecodeText(*from.source(), kMaxSentenceBytes,
                                "provenance.source", budget_, Lines::kMany));
    }
    if (from.tool() != nullptr) {
      ALEXNET_ASSIGN_OR_RETURN(to.tool,
                               DecodeText(*from.tool(), kMaxSentenceBytes,
                                          "provenance.tool", budget_));
    }
    to.parent_hash = from.parent_hash();
    to.created = from.created();
    return Status();
  }

  Status DecodeMetadata() {
    std::set<std::string> keys;
    for (const schema::KeyValue* pair : *model_.metadata()) {
      KeyValue to;
      ALEXNET_ASSIGN_OR_RETURN(
          to.key, DecodeText(*pair->key(), kMaxNameBytes, "metadata", budget_));
      ALEXNET_ASSIGN_OR_RETURN(
          to.value, DecodeText(*pair->value(), kMaxValueBytes,
                               "metadata." + to.key, budget_, Lines::kMany));
      if (to.key.empty() || !keys.insert(to.key).second) {
        return InvalidArgumentError("keys must be unique and not empty")
            .WithField("metadata." + to.key);
      }
      result_.metadata.push_back(std::move(to));
    }
    return Status();
  }

  Status DecodeSelfCheck() {
    const schema::SelfCheck* from = model_.self_check();
    if (from == nullptr) return Status();
    SelfCheck check;
    check.key = from->key();
    check.input_scale = from->input_scale();
    ALEXNET_ASSIGN_OR_RETURN(
        check.logits,
        DecodeVector(*from->logits(), "self_check.logits", budget_));
    ALEXNET_ASSIGN_OR_RETURN(
        check.layer_norms,
        DecodeVector(*from->layer_norms(), "self_check.layer_norms", budget_));
    ALEXNET_ASSIGN_OR_RETURN(
        const std::vector<float> tolerance,
        DecodeVector(*from->tolerance(), "self_check.tolerance", budget_));
    if (check.logits.size() != static_cast<uint64_t>(result_.info.classes) ||
        check.layer_norms.size() != result_.network.layers.size() ||
        tolerance.size() != check.tolerance.size() ||
        !std::isfinite(check.input_scale)) {
      return InvalidArgumentError("does not fit the network")
          .WithField("self_check");
    }
    ALEXNET_RETURN_IF_ERROR(CheckFinite(check.logits, "self_check.logits"));
    ALEXNET_RETURN_IF_ERROR(
        CheckFinite(check.layer_norms, "self_check.layer_norms"));
    ALEXNET_RETURN_IF_ERROR(CheckFinite(tolerance, "self_check.tolerance"));
    std::copy(tolerance.begin(), tolerance.end(), check.tolerance.begin());
    result_.self_check = std::move(check);
    return Status();
  }

  const schema::Model& model_;
  DecodeBudget budget_;
  ModelDescription result_;
};

// Null unless the structure is sound.
const schema::Model* Verified(std::span<const std::byte> bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  if (!HasModelIdentifier(bytes)) return nullptr;
  flatbuffers::Verifier verifier(data, bytes.size(), kMaxDepth, kMaxTables);
  if (!schema::VerifyModelBuffer(verifier)) return nullptr;
  return schema::GetModel(data);
}

}  // namespace

flatbuffers::DetachedBuffer EncodeDescription(
    const ModelDescription& description, uint64_t file_bytes) {
  FlatBufferBuilder builder;
  // Values that equal a default are written too, so that sizes stay.
  builder.ForceDefaults(true);
  const auto engine_version = builder.CreateString(description.engine_version);
  const auto network = EncodeNetwork(builder, description.network);
  const auto preprocessing =
      EncodePreprocessing(builder, description.preprocessing);
  const auto labels = builder.CreateVectorOfStrings(description.labels);
  std::vector<Offset<schema::Tensor>> tensors;
  for (const StoredTensor& tensor : description.tensors) {
    tensors.push_back(EncodeTensor(builder, tensor));
  }
  const auto tensor_vector = builder.CreateVector(tensors);
  const Provenance& from = description.provenance;
  const auto source = builder.CreateString(from.source);
  const auto tool = builder.CreateString(from.tool);
  const auto provenance = schema::CreateProvenance(
      builder, source, from.parent_hash, from.created, tool);
  std::vector<Offset<schema::KeyValue>> metadata;
  for (const KeyValue& pair : description.metadata) {
    const auto key = builder.CreateString(pair.key);
    const auto value = builder.CreateString(pair.value);
    metadata.push_back(schema::CreateKeyValue(builder, key, value));
  }
  const auto metadata_vector = builder.CreateVector(metadata);
  Offset<schema::SelfCheck> self_check;
  if (description.self_check) {
    self_check = EncodeSelfCheck(builder, *description.self_check);
  }
  Offset<schema::TrainingState> training_state;
  if (description.training_state) {
    training_state = EncodeTrainingState(builder, *description.training_state);
  }
  schema::FinishModelBuffer(
      builder, schema::CreateModel(
                   builder, description.format_version, engine_version,
                   file_bytes, network, preprocessing, labels, tensor_vector,
                   provenance, metadata_vector, self_check, training_state));
  return builder.Release();
}

Result<ModelDescription> DecodeDescription(std::span<const std::byte> bytes,
                                           uint64_t file_bytes) {
  const schema::Model* model = Verified(bytes);
  if (model == nullptr) {
    return DataLossError(
        "its description is no sound FlatBuffer; take the file from a copy");
  }
  if (model->file_size() != file_bytes) {
    return InvalidArgumentError(fmt::format("{} for a file of {} bytes",
                                            model->file_size(), file_bytes))
        .WithField("file_size");
  }
  return Decoder(*model, bytes.size()).Run(bytes.size(), file_bytes);
}

DescribedSizes DescribedSizesOf(std::span<const std::byte> bytes) {
  const schema::Model* model = Verified(
      bytes.first(std::min<size_t>(bytes.size(), kMaxDescriptionBytes)));
  if (model == nullptr) return {};
  const auto& tensors = *model->tensors();
  return {model->file_size(), tensors.size() == 0
                                  ? model->file_size() - kFooterBytes
                                  : tensors.Get(0)->offset()};
}

}  // namespace alexnet
