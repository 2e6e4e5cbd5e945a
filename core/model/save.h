// Writing model files.

#ifndef ALEXNET_CORE_MODEL_SAVE_H_
#define ALEXNET_CORE_MODEL_SAVE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/model/model.h"

namespace alexnet {

// A model to be written. Tensors are borrowed until the call returns.
struct ModelContents {
  Network network;
  // Complete: a mean kind that needs a mean image has one.
  Preprocessing preprocessing;
  std::vector<std::string> labels;     // empty, or one per class
  std::vector<TensorView> parameters;  // NetworkInfo::parameters' order
  std::optional<TrainingState> training_state;
  // With a training state: f32, by parameter; a view without data (null) stands
  // for a frozen parameter. Empty without one.
  std::vector<TensorView> momenta;
  Provenance provenance;
  std::vector<KeyValue> metadata;
  std::optional<SelfCheck> self_check;
};

// Writes atomically: readers see the old file or all of the new. Tensors are
// hashed on up to `threads` threads (0: all that the process may use) and
// streamed. kInvalidArgument names the field that a reader would refuse, before
// anything is written. A training state needs f32 parameters. `interrupt` is
// heard between pieces of a few MiB; then nothing was written.
Status SaveModel(const std::string& path, const ModelContents& contents,
                 int threads = 0, const Interrupt& interrupt = {});

// The same bytes, piece by piece in order, to `write`, which is told how many
// they are in all.
using WriteModelBytes =
    std::function<Status(std::span<const std::byte> piece, uint64_t all)>;
Status StreamModel(const ModelContents& contents, const WriteModelBytes& write,
                   int threads = 0, const Interrupt& interrupt = {});
// The same bytes in memory.
Result<std::vector<std::byte>> SerializeModel(const ModelContents& contents,
                                              int threads = 0,
                                              const Interrupt& interrupt = {});

// The same model without a file, under the name of its network: nothing is
// copied. `owner` keeps the tensors where they are, unchanged, for as long as
// the model lives.
Result<std::shared_ptr<const Model>> ModelOf(const ModelContents& contents,
                                             std::shared_ptr<const void> owner,
                                             int threads = 0);

// Everything of `model`, checked, borrowing its tensors: to write it again with
// changes. `model` must outlive the result.
Result<ModelContents> ContentsOf(const Model& model, int threads = 0,
                                 const Interrupt& interrupt = {});

// Refuses labels that no file may hold: not UTF-8, control characters, longer
// than 1,000 bytes, or not one per class. To be asked before a long training.
Status CheckLabels(const std::vector<std::string>& labels, int64_t classes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_SAVE_H_
