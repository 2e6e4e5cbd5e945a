// ModelBuilder: a model put together tensor by tensor.

#ifndef ALEXNET_CORE_COMPOSE_MODEL_BUILDER_H_
#define ALEXNET_CORE_COMPOSE_MODEL_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/model/model.h"
#include "core/model/save.h"
#include "core/network/presets.h"
#include "core/tensor/dtype.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// Not thread safe. Building is no end: the same builder may go on, and models
// that it built stay as they are.
class ModelBuilder {
 public:
  // Of a network, all of whose parameters are to be written.
  static Result<std::unique_ptr<ModelBuilder>> Create(const Preset& preset);
  // Of a model whose parameters stay where nothing is written; without its
  // training state.
  static std::unique_ptr<ModelBuilder> Create(
      std::shared_ptr<const Model> model);

  // The elements of parameter `name` from `first` on, in C order. Chunks of one
  // parameter come in order and have one type; a chunk at 0 begins it anew.
  Status WriteTensor(const std::string& name, DType dtype, int64_t first,
                     std::span<const std::byte> data);
  // One for each class, or none.
  Status SetLabels(std::vector<std::string> labels);
  // Refuses what does not fit the network's input.
  Status SetPreprocessing(const Preprocessing& preprocessing);
  // No value removes the key.
  void SetMetadata(const std::string& key,
                   const std::optional<std::string>& value);
  Provenance& provenance() { return contents_.provenance; }
  const Network& network() const { return contents_.network; }

  // Refuses, naming it, a parameter that is not complete. A self-check is
  // computed.
  Result<std::shared_ptr<const Model>> Build(const Interrupt& interrupt) const;

 private:
  // A parameter that is being written, or is.
  struct Parameter {
    // Shared with the models that were built of it; a complete one is never
    // written again.
    std::shared_ptr<Tensor> tensor;
    int64_t written = 0;  // elements
  };

  ModelBuilder(ModelContents contents, NetworkInfo info,
               std::shared_ptr<const Model> base);

  // The contents with all parameters.
  Result<ModelContents> Complete() const;

  ModelContents contents_;  // all but the parameters
  const NetworkInfo info_;
  const std::shared_ptr<const Model> base_;  // null: none
  std::vector<Parameter> parameters_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_COMPOSE_MODEL_BUILDER_H_
