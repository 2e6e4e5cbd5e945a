// TrainingParameters: a training plan's parameters, gradients and momenta, in
// the layouts of its kernels.

#ifndef ALEXNET_CORE_EXEC_TRAINING_PARAMETERS_H_
#define ALEXNET_CORE_EXEC_TRAINING_PARAMETERS_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/graph.h"
#include "core/model/parameter_source.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet {

enum class ParameterPart : int8_t { kWeight = 0, kGradient = 1, kVelocity = 2 };

// Layers whose parameters all have rate 0 are frozen: they have no gradients
// and no momenta. Not thread safe.
class TrainingParameters {
 public:
  // Weights from `source`, the rest zero. `graph` must outlive this object.
  Status Init(const Graph& graph, const NetworkInfo& info,
              ParameterSource& source);

  // Packed; null for parameter -1 and where there is none.
  void* Data(int parameter, ParameterPart part);

  // Dense float32. What a frozen parameter does not have reads as zero, and
  // writing it does nothing.
  Status Read(int parameter, ParameterPart part, float* dense) const;
  Status Write(int parameter, ParameterPart part, const float* dense);

  // What Sgd updates, with each parameter's own rate and decay. Valid until the
  // next call.
  std::span<const SgdTensor> Tensors(float rate, float weight_decay);

 private:
  struct Entry {
    const ParameterLayout* layout = nullptr;
    Shape shape;
    ParameterRule rule;
    std::array<AlignedBuffer, 3> parts;  // by ParameterPart
  };

  Status CheckIndex(int parameter) const;

  std::vector<Entry> entries_;      // by parameter
  std::vector<int> updated_;        // parameters with a rate
  std::vector<SgdTensor> tensors_;  // of updated_
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_TRAINING_PARAMETERS_H_
