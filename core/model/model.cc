#include "core/model/model.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/hash.h"
#include "core/model/chunks.h"
#include "core/model/layout.h"
#include "core/model/model_bytes.h"

namespace alexnet {
namespace {

std::span<const std::byte> BytesOf(const ModelBytes& bytes,
                                   const std::vector<StoredTensor>& tensors,
                                   size_t index) {
  return bytes.TensorBytes(index, tensors[index].offset, tensors[index].bytes);
}

std::string DescribeDamage(const Damage& damage) {
  if (damage.index < 0) {
    return fmt::format("the {} bytes from {} on are not what was written",
                       damage.bytes, damage.offset);
  }
  if (damage.chunk < 0) {
    return fmt::format("the {} bytes after tensor \"{}\" are not zero",
                       damage.bytes, damage.tensor);
  }
  return fmt::format("tensor \"{}\" is damaged in chunk {} (bytes {} to {})",
                     damage.tensor, damage.chunk, damage.offset,
                     damage.offset + damage.bytes - 1);
}

Status DamageError(const std::vector<Damage>& damage) {
  std::string message = DescribeDamage(damage.front());
  if (damage.size() > 1) {
    message += fmt::format(" and {} more", damage.size() - 1);
  }
  return DataLossError(message + "; take the file from a copy");
}

// Chunks of tensor `index` that do not have their hashes or are lost.
void AddDamage(const StoredTensor& tensor, size_t index,
               std::span<const std::byte> bytes, int threads,
               std::vector<Damage>* damage) {
  const std::vector<uint64_t> hashes = HashChunks({&bytes, 1}, threads)[0];
  for (size_t chunk = 0; chunk < tensor.chunk_hashes.size(); ++chunk) {
    if (chunk < hashes.size() && hashes[chunk] == tensor.chunk_hashes[chunk]) {
      continue;
    }
    const uint64_t start = chunk * kChunkBytes;
    damage->push_back({tensor.name, static_cast<int>(index),
                       static_cast<int64_t>(chunk), tensor.offset + start,
                       std::min<uint64_t>(kChunkBytes, tensor.bytes - start)});
  }
}

bool AllZero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](std::byte b) { return b == std::byte{0}; });
}

// Of the zeros that follow tensor `index`; the last one is not padded.
void AddPaddingDamage(const ModelBytes& bytes,
                      const std::vector<StoredTensor>& tensors, size_t index,
                      std::vector<Damage>* damage) {
  if (index + 1 == tensors.size()) return;
  const uint64_t end = tensors[index].offset + tensors[index].bytes;
  const uint64_t size = tensors[index + 1].offset - end;
  if (AllZero(bytes.Range(end, size))) return;
  damage->push_back(
      {tensors[index].name, static_cast<int>(index), -1, end, size});
}

}  // namespace

Model::Model(ModelDescription description, std::unique_ptr<ModelBytes> bytes)
    : description_(std::move(description)), bytes_(std::move(bytes)) {
  parameter_tensor_.assign(description_.info.parameters.size(), -1);
  momentum_tensor_.assign(description_.info.parameters.size(), -1);
  bytes_->SetTensorCount(description_.tensors.size());
  for (size_t i = 0; i < description_.tensors.size(); ++i) {
    const StoredTensor& tensor = description_.tensors[i];
    if (tensor.parameter < 0) continue;
    (tensor.role == TensorRole::kMomentum
         ? momentum_tensor_
         : parameter_tensor_)[static_cast<size_t>(tensor.parameter)] =
        static_cast<int>(i);
  }
}

Model::~Model() = default;

const std::string& Model::path() const { return bytes_->name(); }
uint64_t Model::file_size() const { return bytes_->file_bytes(); }
uint64_t Model::file_hash() const { return bytes_->description_hash(); }

const SelfCheck* Model::self_check() const {
  return description_.self_check ? &*description_.self_check : nullptr;
}

const TrainingState* Model::training_state() const {
  return description_.training_state ? &*description_.training_state : nullptr;
}

std::string Model::Label(int64_t index) const {
  if (index >= 0 && static_cast<uint64_t>(index) < labels().size()) {
    return labels()[static_cast<size_t>(index)];
  }
  return fmt::format("class {}", index);
}

const std::string* Model::Metadata(std::string_view key) const {
  for (const KeyValue& pair : metadata()) {
    if (pair.key == key) return &pair.value;
  }
  return nullptr;
}

void Model::SetRefusal(const Status& refusal, std::vector<Damage> damage) {
  refusal_ = refusal.WithFile(path());
  opening_damage_ = std::move(damage);
}

int Model::parameter_tensor(int parameter) const {
  return parameter_tensor_[static_cast<size_t>(parameter)];
}

int Model::momentum_tensor(int parameter) const {
  return momentum_tensor_[static_cast<size_t>(parameter)];
}

Result<TensorView> Model::View(int index, int threads) const {
  const auto at = static_cast<size_t>(index);
  const StoredTensor& tensor = tensors()[at];
  const std::span<const std::byte> bytes = BytesOf(*bytes_, tensors(), at);
  ALEXNET_RETURN_IF_ERROR(bytes_->CheckOnce(at, [&]() -> Status {
    if (bytes_->in_parts()) return Status();
    std::vector<Damage> damage;
    AddDamage(tensor, at, bytes, threads, &damage);
    AddPaddingDamage(*bytes_, tensors(), at, &damage);
    if (damage.empty()) return Status();
    return DamageError(damage).WithFile(path());
  }));
  return TensorView{bytes.data(), tensor.dtype, tensor.shape};
}

Result<TensorView> Model::Parameter(int parameter, int threads) const {
  return View(parameter_tensor(parameter), threads);
}

void Model::Release(int index) const {
  bytes_->Release(BytesOf(*bytes_, tensors(), static_cast<size_t>(index)));
}

std::vector<Damage> FindDamage(const Model& model, int threads, size_t limit,
                               const Interrupt& interrupt) {
  std::vector<Damage> damage = model.opening_damage_;
  const auto& tensors = model.tensors();
  for (size_t i = 0; i < tensors.size() && damage.size() < limit; ++i) {
    if (!interrupt.Check().ok()) break;
    const StoredTensor& tensor = tensors[i];
    AddDamage(tensor, i, BytesOf(*model.bytes_, tensors, i), threads, &damage);
    if (model.bytes_->in_parts()) continue;
    AddPaddingDamage(*model.bytes_, tensors, i, &damage);
    model.Release(static_cast<int>(i));
  }
  damage.resize(std::min(damage.size(), limit));
  return damage;
}

Status CheckAll(const Model& model, int threads) {
  ALEXNET_RETURN_IF_ERROR(model.refusal());
  const std::vector<Damage> damage = FindDamage(model, threads);
  if (damage.empty()) return Status();
  return DamageError(damage).WithFile(model.path());
}

namespace {

class ModelParameters : public ParameterSource {
 public:
  ModelParameters(std::shared_ptr<const Model> model, int threads)
      : model_(std::move(model)), threads_(threads) {}

  Result<TensorView> Get(int parameter) override {
    return model_->Parameter(parameter, threads_);
  }
  void Release(int parameter) override {
    model_->Release(model_->parameter_tensor(parameter));
  }

 private:
  const std::shared_ptr<const Model> model_;
  const int threads_;
};

}  // namespace

std::shared_ptr<ParameterSource> ParametersOf(
    std::shared_ptr<const Model> model, int threads) {
  return std::make_shared<ModelParameters>(std::move(model), threads);
}

}  // namespace alexnet
