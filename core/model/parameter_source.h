// ParameterSource: where a plan's parameters come from.

#ifndef ALEXNET_CORE_MODEL_PARAMETER_SOURCE_H_
#define ALEXNET_CORE_MODEL_PARAMETER_SOURCE_H_

#include "core/base/status.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// Gives the dense tensors of a model by parameter index, and takes them back
// when they are packed, so that a file's pages can go. Implemented by the model
// file and by plain memory. Thread safe.
class ParameterSource {
 public:
  virtual ~ParameterSource() = default;
  // Valid as long as the source. Checks the tensor's hash the first time.
  virtual Result<TensorView> Get(int parameter) = 0;
  virtual void Release(int parameter) = 0;  // its bytes are not needed for now
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_PARAMETER_SOURCE_H_
