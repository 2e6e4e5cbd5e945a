// Model: an .alexnet file that was opened and checked.
//
// Opening maps the file and checks its description completely; the tensors'
// bytes are not touched until they are asked for, and are then compared with
// their hashes before anyone sees them. See layout.h for the file's layout.

#ifndef ALEXNET_CORE_MODEL_MODEL_H_
#define ALEXNET_CORE_MODEL_MODEL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/model/parameter_source.h"
#include "core/model/parts.h"
#include "core/model/training_state.h"
#include "core/network/network.h"
#include "core/preprocess/spec.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// Numbers are those of the model file and never change.
// BEGIN options: core.enum TensorRole
// What a tensor of a model file is.
enum class TensorRole : int8_t {
  // A weight or bias of the network.
  kParameter = 0,
  // The momentum of the parameter of that name.
  kMomentum = 1,
  // That of the preprocessing, (C, H, W).
  kMeanImage = 2,
};
// END options
// BEGIN options: core.names TensorRole
inline constexpr std::array kTensorRoleNames = {"parameter", "momentum",
                                                "mean_image"};
// END options

// One tensor of the file.
struct StoredTensor {
  std::string name;
  TensorRole role = TensorRole::kParameter;
  int parameter = -1;  // index into NetworkInfo::parameters; -1: mean image
  DType dtype = DType::kF32;
  Shape shape;
  uint64_t offset = 0;  // bytes from the start of the file
  uint64_t bytes = 0;
  uint64_t hash = 0;                   // XXH3 of the chunk hashes
  std::vector<uint64_t> chunk_hashes;  // XXH3 of each kChunkBytes
};

// All that a file says, tensors' bytes excepted.
struct ModelDescription {
  uint32_t format_version = 0;
  std::string engine_version;  // that wrote the file
  Network network;
  NetworkInfo info;
  Preprocessing preprocessing;
  std::vector<std::string> labels;  // empty, or one per class
  std::vector<StoredTensor> tensors;
  Provenance provenance;
  std::vector<KeyValue> metadata;
  std::optional<SelfCheck> self_check;
  std::optional<TrainingState> training_state;
};

// Bytes of a file that are not what was written, or are lost.
struct Damage {
  std::string tensor;   // "": of none, but of the description or the file's end
  int index = -1;       // into Model::tensors(); -1: of none
  int64_t chunk = 0;    // of the tensor; -1: the zeros after it, or of none
  uint64_t offset = 0;  // in the file, or in the one that it was
  uint64_t bytes = 0;
};

class ModelBytes;  // internal: the mapping or the copy, and what was checked

// Immutable and thread safe; shared by any number of users.
class Model {
 public:
  Model(ModelDescription description, std::unique_ptr<ModelBytes> bytes);
  ~Model();
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  const std::string& path() const;  // of the file, or the name given with bytes
  uint64_t file_size() const;
  // XXH3 of the description, which holds the tensors' hashes: two files with
  // the same hash hold the same model.
  uint64_t file_hash() const;

  const ModelDescription& description() const { return description_; }
  uint32_t format_version() const { return description_.format_version; }
  const std::string& engine_version() const {
    return description_.engine_version;
  }
  const Network& network() const { return description_.network; }
  const NetworkInfo& info() const { return description_.info; }
  const Preprocessing& preprocessing() const {
    return description_.preprocessing;
  }
  const std::vector<std::string>& labels() const { return description_.labels; }
  const Provenance& provenance() const { return description_.provenance; }
  const std::vector<KeyValue>& metadata() const {
    return description_.metadata;
  }
  const std::vector<StoredTensor>& tensors() const {
    return description_.tensors;
  }
  // Null where the file has none.
  const SelfCheck* self_check() const;
  const TrainingState* training_state() const;

  // The label of class `index`, or "class N" where the file has no labels.
  std::string Label(int64_t index) const;
  // The value of a metadata key, or null.
  const std::string* Metadata(std::string_view key) const;

  // Indexes into tensors(). Every parameter has a tensor; momentum_tensor is -1
  // where there is none.
  int parameter_tensor(int parameter) const;
  int momentum_tensor(int parameter) const;

  // The bytes of tensors()[index], valid as long as the model, aligned to 4096
  // bytes when mapped and to 16 otherwise. The first call compares them with
  // their hashes, on up to `threads` threads (0: all that the process may use);
  // kDataLoss names the tensor and the chunk, then and ever after.
  Result<TensorView> View(int index, int threads = 0) const;
  Result<TensorView> Parameter(int parameter, int threads = 0) const;
  // Tells the system that a mapped tensor's pages are not needed for now.
  void Release(int index) const;

  // OK, or what LoadModel says of a file that only LoadDamagedModel opens. Such
  // a model is there to be looked at: whoever computes with one, trains it or
  // saves it asks here first.
  const Status& refusal() const { return refusal_; }

  // Only while opening, before the model is shared.
  void SetMeanImage(std::shared_ptr<const MeanImage> image) {
    description_.preprocessing.mean_image = std::move(image);
  }
  void SetRefusal(const Status& refusal, std::vector<Damage> damage);

 private:
  friend std::vector<Damage> FindDamage(const Model& model, int threads,
                                        size_t limit,
                                        const Interrupt& interrupt);
  ModelDescription description_;
  std::vector<int> parameter_tensor_;
  std::vector<int> momentum_tensor_;
  std::unique_ptr<ModelBytes> bytes_;
  Status refusal_;
  std::vector<Damage> opening_damage_;  // around the tensors
};

struct LoadOptions {
  // Read the file into memory. Without it the file is mapped and must not be
  // made shorter while the model lives: touching a page past the new end kills
  // the process. Replacing it by rename, as SaveModel does, is safe.
  bool copy = false;
};

// Opens and checks a file. Errors name the file, the field and the remedy:
// kDataLoss for what is cut short, changed or inconsistent, kInvalidArgument
// for what is no model file, kUnsupported for a newer format.
Result<std::shared_ptr<const Model>> LoadModel(const std::string& path,
                                               const LoadOptions& options = {});
// The same for bytes in memory, which are copied. `name` stands for the file in
// messages.
Result<std::shared_ptr<const Model>> LoadModelFromBytes(
    std::span<const std::byte> bytes, const std::string& name = "model");
// The same for bytes that become the model's.
Result<std::shared_ptr<const Model>> LoadModelFromBuffer(
    AlignedBuffer bytes, const std::string& name = "model");

// Opens a damaged file, too, where its description can be read: FindDamage says
// what is wrong with it, whole tensors can be viewed, and refusal() is what
// LoadModel says. A mean image that is damaged is left out. Another file than
// that is refused as by LoadModel.
Result<std::shared_ptr<const Model>> LoadDamagedModel(const std::string& path);

// The model's parameters for plans. Get checks hashes on up to `threads`
// threads; Release lets the file's pages go.
std::shared_ptr<ParameterSource> ParametersOf(
    std::shared_ptr<const Model> model, int threads = 0);

// Reads every tensor and lists all damage, at most `limit` entries; in file
// order. Looks no further once `interrupt` fires, which its owner asks.
std::vector<Damage> FindDamage(const Model& model, int threads = 0,
                               size_t limit = 100,
                               const Interrupt& interrupt = {});
// The same as one Status, kDataLoss.
Status CheckAll(const Model& model, int threads = 0);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_MODEL_H_
