// What the tensors of a description must be.

#ifndef ALEXNET_CORE_MODEL_TENSOR_CHECKS_H_
#define ALEXNET_CORE_MODEL_TENSOR_CHECKS_H_

#include <cstdint>

#include "core/base/status.h"
#include "core/model/model.h"

namespace alexnet {

// Tensors follow the description and each other with no more than padding
// between them, up to the footer, and their sizes and hashes fit.
Status CheckTensorLayout(const ModelDescription& description,
                         uint64_t description_bytes, uint64_t file_bytes);

// Every parameter once and in its shape, momenta where a training state needs
// them, a mean image where the preprocessing does. Fills in
// StoredTensor::parameter.
Status MatchTensors(ModelDescription* description);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_TENSOR_CHECKS_H_
