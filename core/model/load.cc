// Opening model files.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "core/base/hash.h"
#include "core/model/description_codec.h"
#include "core/model/foreign.h"
#include "core/model/layout.h"
#include "core/model/model.h"
#include "core/model/model_bytes.h"

namespace alexnet {
namespace {

// A file without a sound footer: cut, or no model at all.
Status NoFooterError(std::span<const std::byte> bytes) {
  if (!HasModelIdentifier(bytes)) return NotAModelError(bytes);
  const uint64_t whole = DescribedFileBytes(bytes);
  if (whole > bytes.size()) {
    return DataLossError(
        fmt::format("cut short: {} of {} bytes; take the file from a copy",
                    bytes.size(), whole));
  }
  return DataLossError(fmt::format(
      "its end is missing or changed ({} bytes are there): cut short while it "
      "was copied, or damaged; take the file from a copy",
      bytes.size()));
}

std::optional<Footer> FooterOf(std::span<const std::byte> bytes) {
  if (bytes.size() < kFooterBytes) return std::nullopt;
  return DecodeFooter(bytes.last<kFooterBytes>());
}

Result<std::span<const std::byte>> FindDescription(
    std::span<const std::byte> bytes, uint64_t* hash) {
  const std::optional<Footer> footer = FooterOf(bytes);
  if (!footer) return NoFooterError(bytes);
  const uint64_t room = bytes.size() - kFooterBytes;
  if (footer->file_bytes != bytes.size()) {
    return DataLossError(
        fmt::format("{} bytes long; its end says {}: bytes were lost or added; "
                    "take the file from a copy",
                    bytes.size(), footer->file_bytes));
  }
  if (footer->description_bytes > std::min(room, kMaxDescriptionBytes)) {
    return DataLossError(
        "its end describes an impossible size; take the file from a copy");
  }
  const auto description = bytes.first(footer->description_bytes);
  if (Hash64(description) != footer->description_hash) {
    return DataLossError(
        "its description was changed (the hash differs); take the file from a "
        "copy");
  }
  *hash = footer->description_hash;
  return description;
}

// The gap before the first tensor.
Status CheckGap(const ModelDescription& description, uint64_t used,
                std::span<const std::byte> bytes) {
  const uint64_t end = description.tensors.empty()
                           ? bytes.size() - kFooterBytes
                           : description.tensors.front().offset;
  for (const std::byte byte : bytes.subspan(used, end - used)) {
    if (byte != std::byte{0}) {
      return DataLossError(
          "bytes after its description were changed; take the file from a "
          "copy");
    }
  }
  return Status();
}

// Fills the mean image in, which is small and needed by every user.
Status ReadMeanImage(const Model& model,
                     std::shared_ptr<const MeanImage>* image) {
  for (size_t i = 0; i < model.tensors().size(); ++i) {
    const StoredTensor& tensor = model.tensors()[i];
    if (tensor.role != TensorRole::kMeanImage) continue;
    ALEXNET_ASSIGN_OR_RETURN(const TensorView view,
                             model.View(static_cast<int>(i), 1));
    auto read = std::make_shared<MeanImage>();
    read->channels = static_cast<int>(view.shape[0]);
    read->height = static_cast<int>(view.shape[1]);
    read->width = static_cast<int>(view.shape[2]);
    read->values.assign(view.f32(), view.f32() + view.shape.elements());
    *image = std::move(read);
  }
  return Status();
}

Result<std::shared_ptr<const Model>> Open(std::unique_ptr<ModelBytes> bytes) {
  uint64_t hash = 0;
  ALEXNET_ASSIGN_OR_RETURN(const std::span<const std::byte> description_bytes,
                           FindDescription(bytes->bytes(), &hash));
  ALEXNET_ASSIGN_OR_RETURN(
      ModelDescription description,
      DecodeDescription(description_bytes, bytes->bytes().size()));
  ALEXNET_RETURN_IF_ERROR(
      CheckGap(description, description_bytes.size(), bytes->bytes()));
  bytes->set_description_hash(hash);
  std::shared_ptr<const MeanImage> mean_image;
  auto model =
      std::make_shared<Model>(std::move(description), std::move(bytes));
  ALEXNET_RETURN_IF_ERROR(ReadMeanImage(*model, &mean_image));
  model->SetMeanImage(std::move(mean_image));
  ALEXNET_RETURN_IF_ERROR(ValidatePreprocessing(model->preprocessing()));
  return std::shared_ptr<const Model>(std::move(model));
}

}  // namespace

Result<std::shared_ptr<const Model>> LoadModel(const std::string& path,
                                               const LoadOptions& options) {
  ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<const MappedFile> file,
                           MappedFile::Open(path));
  if (options.copy) return LoadModelFromBytes(file->bytes(), path);
  auto model = Open(std::make_unique<ModelBytes>(std::move(file)));
  if (!model.ok()) return model.status().WithFile(path);
  return model;
}

Result<std::shared_ptr<const Model>> LoadModelFromBytes(
    std::span<const std::byte> bytes, const std::string& name) {
  ALEXNET_ASSIGN_OR_RETURN(
      AlignedBuffer buffer,
      AlignedBuffer::Allocate(static_cast<int64_t>(bytes.size())));
  if (!bytes.empty()) std::memcpy(buffer.data(), bytes.data(), bytes.size());
  auto model =
      Open(std::make_unique<ModelBytes>(std::move(buffer), bytes.size(), name));
  if (!model.ok()) return model.status().WithFile(name);
  return model;
}

}  // namespace alexnet
