#include "core/infer/shared_model.h"

namespace alexnet {

std::shared_ptr<PackedParameters> SharedModel::Packed(const Backend& backend) {
  const Computer computer = backend.computer();
  const std::lock_guard lock(mutex_);
  std::shared_ptr<PackedParameters>& packed =
      packed_[{computer.device, computer.precision}];
  if (packed == nullptr) {
    packed = std::make_shared<PackedParameters>(ParametersOf(model_));
  }
  return packed;
}

}  // namespace alexnet
