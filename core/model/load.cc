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
  const uint64_t whole = DescribedSizesOf(bytes).file;
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

// The zeros between the description's `used` bytes and the first tensor.
std::span<const std::byte> GapOf(const ModelDescription& description,
                                 uint64_t used,
                                 std::span<const std::byte> bytes) {
  const uint64_t end = description.tensors.empty()
                           ? bytes.size() - kFooterBytes
                           : description.tensors.front().offset;
  return bytes.subspan(used, end - used);
}

Status CheckGap(std::span<const std::byte> gap) {
  for (const std::byte byte : gap) {
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

enum class Allow : bool { kWhole, kDamaged };

// A file's description.
struct Found {
  std::span<const std::byte> bytes;
  uint64_t file_bytes = 0;  // of the file as it was written
  uint64_t hash = 0;        // 0 where it is not to be trusted
  Status refusal;           // why it is not
  std::vector<Damage> damage;
};

// What of a file that FindDescription refused is not what was written: its
// description, what follows its end, or its end.
Damage OpeningDamage(std::span<const std::byte> bytes, uint64_t file_bytes) {
  Damage damage;
  damage.chunk = -1;
  const std::optional<Footer> footer = FooterOf(bytes);
  if (footer && footer->file_bytes == bytes.size()) {
    damage.bytes = std::min<uint64_t>(footer->description_bytes, bytes.size());
  } else if (bytes.size() > file_bytes) {
    damage.offset = file_bytes;
    damage.bytes = bytes.size() - file_bytes;
  } else {
    damage.offset = file_bytes - std::min(file_bytes, kFooterBytes);
    damage.bytes = kFooterBytes;
  }
  return damage;
}

Result<Found> Find(std::span<const std::byte> bytes, Allow allow) {
  Found found;
  found.file_bytes = bytes.size();
  const auto description = FindDescription(bytes, &found.hash);
  if (description.ok()) {
    found.bytes = *description;
    return found;
  }
  const DescribedSizes sizes = DescribedSizesOf(bytes);
  if (allow == Allow::kWhole || sizes.file == 0) return description.status();
  found.bytes = bytes.first(std::min<uint64_t>(
      {sizes.description, bytes.size(), kMaxDescriptionBytes}));
  found.file_bytes = sizes.file;
  found.refusal = description.status();
  found.damage.push_back(OpeningDamage(bytes, sizes.file));
  return found;
}

Result<std::shared_ptr<const Model>> Open(std::unique_ptr<ModelBytes> owned,
                                          Allow allow) {
  const std::span<const std::byte> file = owned->bytes();
  ALEXNET_ASSIGN_OR_RETURN(Found found, Find(file, allow));
  Result<ModelDescription> decoded =
      DecodeDescription(found.bytes, found.file_bytes);
  if (!decoded.ok()) {
    return found.refusal.ok() ? decoded.status() : found.refusal;
  }
  ModelDescription description = *std::move(decoded);
  if (found.refusal.ok()) {
    const auto gap = GapOf(description, found.bytes.size(), file);
    found.refusal = CheckGap(gap);
    if (!found.refusal.ok()) {
      if (allow == Allow::kWhole) return found.refusal;
      found.damage.push_back({"", -1, -1, found.bytes.size(), gap.size()});
    }
  }
  owned->set_description_hash(found.hash);
  auto model =
      std::make_shared<Model>(std::move(description), std::move(owned));
  std::shared_ptr<const MeanImage> mean_image;
  if (const Status read = ReadMeanImage(*model, &mean_image); !read.ok()) {
    if (allow == Allow::kWhole) return read;
    if (found.refusal.ok()) found.refusal = read;
  }
  model->SetMeanImage(std::move(mean_image));
  ALEXNET_RETURN_IF_ERROR(ValidatePreprocessing(
      model->preprocessing(), found.refusal.ok()
                                  ? MeanImageRule::kRequired
                                  : MeanImageRule::kMayBeMissing));
  model->SetRefusal(found.refusal, std::move(found.damage));
  return std::shared_ptr<const Model>(std::move(model));
}

}  // namespace

Result<std::shared_ptr<const Model>> LoadModel(const std::string& path,
                                               const LoadOptions& options) {
  ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<const MappedFile> file,
                           MappedFile::Open(path));
  if (options.copy) return LoadModelFromBytes(file->bytes(), path);
  auto model =
      Open(std::make_unique<ModelBytes>(std::move(file)), Allow::kWhole);
  if (!model.ok()) return model.status().WithFile(path);
  return model;
}

Result<std::shared_ptr<const Model>> LoadDamagedModel(const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<const MappedFile> file,
                           MappedFile::Open(path));
  auto model =
      Open(std::make_unique<ModelBytes>(std::move(file)), Allow::kDamaged);
  if (!model.ok()) return model.status().WithFile(path);
  return model;
}

Result<std::shared_ptr<const Model>> LoadModelFromBytes(
    std::span<const std::byte> bytes, const std::string& name) {
  ALEXNET_ASSIGN_OR_RETURN(
      AlignedBuffer buffer,
      AlignedBuffer::Allocate(static_cast<int64_t>(bytes.size())));
  if (!bytes.empty()) std::memcpy(buffer.data(), bytes.data(), bytes.size());
  return LoadModelFromBuffer(std::move(buffer), name);
}

Result<std::shared_ptr<const Model>> LoadModelFromBuffer(
    AlignedBuffer bytes, const std::string& name) {
  const auto size = static_cast<size_t>(bytes.size());
  auto model = Open(std::make_unique<ModelBytes>(std::move(bytes), size, name),
                    Allow::kWhole);
  if (!model.ok()) return model.status().WithFile(name);
  return model;
}

}  // namespace alexnet
