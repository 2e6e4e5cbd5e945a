// InputGradientPlan: a network compiled forward and backward down to its input:
// how its outputs depend on every pixel.

#ifndef ALEXNET_CORE_EXEC_INPUT_GRADIENT_PLAN_H_
#define ALEXNET_CORE_EXEC_INPUT_GRADIENT_PLAN_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/graph.h"
#include "core/exec/memory_plan.h"
#include "core/exec/training_parameters.h"
#include "core/model/parameter_source.h"
#include "core/network/network.h"

namespace alexnet {

// Computes as inference does: dropout passes everything. It has a float32 copy
// of the parameters of its own. Not thread safe.
class InputGradientPlan {
 public:
  static Result<std::unique_ptr<InputGradientPlan>> Compile(
      const Network& network, std::shared_ptr<Backend> backend,
      ParameterSource& source, int64_t batch);

  // `images`: dense (batch, C, H, W), preprocessed. `units`: (batch), each 0 to
  // units() - 1: of sample n, `gradients` (batch, C, H, W) is the gradient of
  // unit units[n] of what enters a final softmax, or of the last layer's
  // output, with respect to its image.
  Status Run(const float* images, const int32_t* units, float* gradients);

  // Of the output that is differentiated.
  int64_t units() const { return info_.classes; }
  int64_t batch() const { return batch_; }
  // Floats of an image.
  int64_t image_elements() const { return info_.layers[0].in.elements(); }

 private:
  InputGradientPlan(const Network& network, std::shared_ptr<Backend> backend,
                    int64_t batch);

  // What Compile does.
  Status Prepare(ParameterSource& source);
  Status Allocate();
  Status RunNodes(const float* images, float* gradients);

  const Network network_;  // without dropout and softmax, and frozen
  const std::shared_ptr<Backend> backend_;
  const int64_t batch_;
  NetworkInfo info_;
  Graph graph_;
  MemoryPlan memory_;
  AlignedBuffer arena_;
  TrainingParameters parameters_;
  std::vector<ForwardArgs> forward_;    // by node
  std::vector<BackwardArgs> backward_;  // by node
  std::vector<float> chosen_;           // (batch, units): 1 at the unit, else 0
  // The device's copies, where that is not the host.
  AlignedBuffer images_;
  AlignedBuffer gradients_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_INPUT_GRADIENT_PLAN_H_
