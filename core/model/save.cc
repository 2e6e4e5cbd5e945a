#include "core/model/save.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/checked_math.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/model/chunks.h"
#include "core/model/description_codec.h"
#include "core/model/layout.h"
#include "core/model/model_bytes.h"
#include "core/model/preprocessing_codec.h"

namespace alexnet {
namespace {

std::span<const std::byte> BytesOf(const TensorView& view) {
  return {static_cast<const std::byte*>(view.data),
          static_cast<size_t>(view.bytes())};
}

// A file about to be written: its description and where each tensor's bytes
// are.
struct Draft {
  ModelDescription description;
  std::vector<std::span<const std::byte>> tensors;
  flatbuffers::DetachedBuffer encoded;
  uint64_t file_bytes = 0;

  std::span<const std::byte> description_bytes() const {
    return {reinterpret_cast<const std::byte*>(encoded.data()), encoded.size()};
  }
};

void AddTensor(std::string name, TensorRole role, const TensorView& view,
               Draft* draft) {
  StoredTensor tensor;
  tensor.name = std::move(name);
  tensor.role = role;
  tensor.dtype = view.dtype;
  tensor.shape = view.shape;
  tensor.bytes = static_cast<uint64_t>(view.bytes());
  tensor.chunk_hashes.resize(ChunkCount(tensor.bytes));
  draft->description.tensors.push_back(std::move(tensor));
  draft->tensors.push_back(BytesOf(view));
}

Status AddTensors(const ModelContents& contents, Draft* draft) {
  const auto& parameters = draft->description.info.parameters;
  if (contents.parameters.size() != parameters.size()) {
    return InvalidArgumentError(fmt::format("{} tensors for {} parameters",
                                            contents.parameters.size(),
                                            parameters.size()))
        .WithField("parameters");
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (contents.parameters[i].data == nullptr) {
      return InvalidArgumentError("has no data").WithField(parameters[i].name);
    }
    AddTensor(parameters[i].name, TensorRole::kParameter,
              contents.parameters[i], draft);
  }
  const size_t momenta = contents.training_state ? parameters.size() : 0;
  if (contents.momenta.size() != momenta) {
    return InvalidArgumentError(fmt::format("{} tensors instead of {}",
                                            contents.momenta.size(), momenta))
        .WithField("momenta");
  }
  for (size_t i = 0; i < momenta; ++i) {
    if (contents.momenta[i].data == nullptr) continue;
    AddTensor(parameters[i].name, TensorRole::kMomentum, contents.momenta[i],
              draft);
  }
  if (contents.preprocessing.subtracts_image()) {
    const MeanImage& image = *contents.preprocessing.mean_image;
    AddTensor("mean_image", TensorRole::kMeanImage,
              {image.values.data(),
               DType::kF32,
               {image.channels, image.height, image.width}},
              draft);
  }
  return Status();
}

// Offsets follow from the description's size, which offsets and hashes do not
// change.
void PlaceTensors(Draft* draft) {
  uint64_t end = EncodeDescription(draft->description, 0).size();
  for (StoredTensor& tensor : draft->description.tensors) {
    tensor.offset = RoundUp(end, kTensorAlignment);
    end = tensor.offset + tensor.bytes;
  }
  draft->file_bytes = end + kFooterBytes;
}

void HashTensors(int threads, Draft* draft) {
  std::vector<std::vector<uint64_t>> hashes =
      HashChunks(draft->tensors, threads);
  for (size_t i = 0; i < hashes.size(); ++i) {
    StoredTensor& tensor = draft->description.tensors[i];
    tensor.hash = HashOfChunks(hashes[i]);
    tensor.chunk_hashes = std::move(hashes[i]);
  }
}

Result<Draft> MakeDraft(const ModelContents& contents, int threads) {
  Draft draft;
  ModelDescription& description = draft.description;
  description.format_version = kFormatVersion;
  description.engine_version = kEngineVersion;
  description.network = contents.network;
  ALEXNET_ASSIGN_OR_RETURN(description.info, InferNetwork(contents.network));
  ALEXNET_RETURN_IF_ERROR(ValidatePreprocessing(contents.preprocessing));
  description.preprocessing = contents.preprocessing;
  description.labels = contents.labels;
  description.provenance = contents.provenance;
  description.metadata = contents.metadata;
  description.self_check = contents.self_check;
  description.training_state = contents.training_state;
  ALEXNET_RETURN_IF_ERROR(AddTensors(contents, &draft));
  PlaceTensors(&draft);
  HashTensors(threads, &draft);
  draft.encoded = EncodeDescription(description, draft.file_bytes);
  if (draft.encoded.size() > kMaxDescriptionBytes) {
    return InvalidArgumentError(
               fmt::format("labels and metadata of {} bytes; at most {} fit",
                           draft.encoded.size(), kMaxDescriptionBytes))
        .WithField("metadata");
  }
  // What a reader would refuse is refused here.
  ALEXNET_RETURN_IF_ERROR(
      DecodeDescription(draft.description_bytes(), draft.file_bytes).status());
  return draft;
}

// Hands the file's bytes to `write` in order, `pad` zeros to the alignment.
template <typename Write, typename Pad>
Status WriteDraft(const Draft& draft, const Interrupt& interrupt,
                  const Write& write, const Pad& pad) {
  constexpr size_t kPiece = size_t{4} << 20;
  ALEXNET_RETURN_IF_ERROR(write(draft.description_bytes()));
  for (std::span<const std::byte> tensor : draft.tensors) {
    ALEXNET_RETURN_IF_ERROR(pad());
    while (!tensor.empty()) {
      ALEXNET_RETURN_IF_ERROR(interrupt.Check());
      const size_t bytes = std::min(tensor.size(), kPiece);
      ALEXNET_RETURN_IF_ERROR(write(tensor.first(bytes)));
      tensor = tensor.subspan(bytes);
    }
  }
  const auto footer = EncodeFooter({draft.file_bytes, draft.encoded.size(),
                                    Hash64(draft.description_bytes())});
  return write(std::span<const std::byte>(footer));
}

}  // namespace

Status SaveModel(const std::string& path, const ModelContents& contents,
                 int threads, const Interrupt& interrupt) {
  Result<Draft> draft = MakeDraft(contents, threads);
  if (!draft.ok()) {
    return draft.status()
        .WithContext("the model cannot be saved")
        .WithFile(path);
  }
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> file,
                           AtomicFile::Create(path));
  ALEXNET_RETURN_IF_ERROR(WriteDraft(
      *draft, interrupt,
      [&](std::span<const std::byte> bytes) { return file->Write(bytes); },
      [&] { return file->PadTo(kTensorAlignment); }));
  return file->Commit();
}

Status StreamModel(const ModelContents& contents, const WriteModelBytes& write,
                   int threads, const Interrupt& interrupt) {
  static constexpr std::array<std::byte, kTensorAlignment> kZeros = {};
  ALEXNET_ASSIGN_OR_RETURN(const Draft draft, MakeDraft(contents, threads));
  uint64_t written = 0;
  const auto put = [&](std::span<const std::byte> bytes) {
    written += bytes.size();
    return bytes.empty() ? Status() : write(bytes, draft.file_bytes);
  };
  return WriteDraft(draft, interrupt, put, [&] {
    const uint64_t end = RoundUp<uint64_t>(written, kTensorAlignment);
    return put(std::span(kZeros).first(end - written));
  });
}

Result<std::vector<std::byte>> SerializeModel(const ModelContents& contents,
                                              int threads,
                                              const Interrupt& interrupt) {
  std::vector<std::byte> file;
  ALEXNET_RETURN_IF_ERROR(StreamModel(
      contents,
      [&](std::span<const std::byte> bytes, uint64_t all) {
        file.reserve(all);
        file.insert(file.end(), bytes.begin(), bytes.end());
        return Status();
      },
      threads, interrupt));
  return file;
}

Result<std::shared_ptr<const Model>> ModelOf(const ModelContents& contents,
                                             std::shared_ptr<const void> owner,
                                             int threads) {
  ALEXNET_ASSIGN_OR_RETURN(Draft draft, MakeDraft(contents, threads));
  ALEXNET_ASSIGN_OR_RETURN(
      ModelDescription description,
      DecodeDescription(draft.description_bytes(), draft.file_bytes));
  std::shared_ptr<const MeanImage> mean_image =
      contents.preprocessing.mean_image;
  auto bytes = std::make_unique<ModelBytes>(
      std::move(draft.tensors),
      std::make_shared<std::pair<std::shared_ptr<const void>,
                                 std::shared_ptr<const MeanImage>>>(
          std::move(owner), mean_image),
      draft.file_bytes, contents.network.name);
  bytes->set_description_hash(Hash64(draft.description_bytes()));
  auto model =
      std::make_shared<Model>(std::move(description), std::move(bytes));
  model->SetMeanImage(std::move(mean_image));
  return std::shared_ptr<const Model>(std::move(model));
}

Result<ModelContents> ContentsOf(const Model& model, int threads,
                                 const Interrupt& interrupt) {
  ModelContents contents;
  contents.network = model.network();
  contents.preprocessing = model.preprocessing();
  contents.labels = model.labels();
  contents.provenance = model.provenance();
  contents.metadata = model.metadata();
  contents.self_check = model.description().self_check;
  contents.training_state = model.description().training_state;
  const int parameters = static_cast<int>(model.info().parameters.size());
  for (int i = 0; i < parameters; ++i) {
    ALEXNET_RETURN_IF_ERROR(interrupt.Check());
    ALEXNET_ASSIGN_OR_RETURN(const TensorView view,
                             model.Parameter(i, threads));
    contents.parameters.push_back(view);
  }
  if (!contents.training_state) return contents;
  for (int i = 0; i < parameters; ++i) {
    ALEXNET_RETURN_IF_ERROR(interrupt.Check());
    TensorView view;
    if (model.momentum_tensor(i) >= 0) {
      ALEXNET_ASSIGN_OR_RETURN(view,
                               model.View(model.momentum_tensor(i), threads));
    }
    contents.momenta.push_back(view);
  }
  return contents;
}

Status CheckLabels(const std::vector<std::string>& labels, int64_t classes) {
  if (!labels.empty() && static_cast<int64_t>(labels.size()) != classes) {
    return InvalidArgumentError(
               fmt::format("{} labels for {} classes", labels.size(), classes))
        .WithField("labels");
  }
  for (const std::string& label : labels) {
    const Status status = CheckText(label, kMaxLabelBytes);
    if (!status.ok()) {
      return status.WithContext(fmt::format("\"{}\"", label))
          .WithField("labels");
    }
  }
  return Status();
}

}  // namespace alexnet
