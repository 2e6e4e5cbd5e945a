// InferencePlan: a network compiled for a backend and a batch size, forward
// only.
//
// Compile fixes shapes, layouts and algorithms, fuses activations, packs the
// parameters and lays all blobs out in one arena by lifetime. Run allocates
// nothing.

#ifndef ALEXNET_CORE_EXEC_INFERENCE_PLAN_H_
#define ALEXNET_CORE_EXEC_INFERENCE_PLAN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/parameters.h"
#include "core/network/network.h"

namespace alexnet {

struct InferenceOptions {
  int64_t batch = 1;
  DType weight_dtype = DType::kF32;  // of fully connected layers; f32 sums
  // Layers whose output blobs are kept for InferencePlan::Blob; a fused
  // activation is split off where its input is kept.
  std::vector<std::string> keep;
};

// Not thread safe: one Run at a time. Plans of one model share its packed
// parameters.
class InferencePlan {
 public:
  // `backend` and `parameters` are kept alive by the plan.
  static Result<std::unique_ptr<InferencePlan>> Compile(
      const Network& network, std::shared_ptr<Backend> backend,
      std::shared_ptr<PackedParameters> parameters,
      const InferenceOptions& options);
  virtual ~InferencePlan() = default;

  // `images`: dense (batch, C, H, W) float32, preprocessed. `output`: dense
  // (batch, classes), what the last layer gives (probabilities after a
  // softmax). `logits` (batch, classes), if not null, what enters that softmax.
  virtual Status Run(const float* images, float* output,
                     float* logits = nullptr) = 0;
  // A kept layer's output after Run, dense.
  virtual Status Blob(const std::string& layer, float* dense) = 0;

  // Computes on the images of the last Run once more, without copying anything
  // to or from the device: for timing. Refused on the host, where nothing is
  // ever copied.
  virtual Status Recompute() = 0;

  virtual const NetworkInfo& info() const = 0;
  virtual const InferenceOptions& options() const = 0;
  virtual int threads() const = 0;  // of the backend
  // Images in its AllocateHost's memory get there soonest.
  virtual Device& device() = 0;
  // Blobs and work space, in the device's memory.
  virtual int64_t arena_bytes() const = 0;
  // As packed; plans of one model share them.
  virtual int64_t parameter_bytes() const = 0;
  // Both, and a GPU's buffers for input and output.
  virtual int64_t device_bytes() const = 0;

  // Packs the parameters anew, whose source has other values now. Not while
  // another plan that shares them runs.
  virtual Status Reload() = 0;
  // One line per kernel: name, formats, blob placement.
  virtual std::string Describe() const = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_INFERENCE_PLAN_H_
