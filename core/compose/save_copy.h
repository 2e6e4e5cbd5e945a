// Writing a model again, with changes.

#ifndef ALEXNET_CORE_COMPOSE_SAVE_COPY_H_
#define ALEXNET_CORE_COMPOSE_SAVE_COPY_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/model/model.h"
#include "core/tensor/dtype.h"

namespace alexnet {

struct CopyOptions {
  // Leaves out what only training needs.
  bool strip_training_state = false;
  // Rounds, or widens, every parameter; none: as they are. A checkpoint is
  // float32, and refused for another type unless it is stripped. Rounded
  // parameters compute something else, so the self-check is made anew.
  std::optional<DType> dtype;
  int threads = 0;  // that hash tensors; 0: all that the process may use
};

// As SaveModel, and SerializeModel.
Status SaveCopy(const Model& model, const std::string& path,
                const CopyOptions& options, const Interrupt& interrupt);
Result<std::vector<std::byte>> SerializeCopy(const Model& model,
                                             const CopyOptions& options,
                                             const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_COMPOSE_SAVE_COPY_H_
