// Activations: what any layer of a network gives for a picture, e.g. fc6 and
// fc7 vectors for retrieval and the study of vision.

#ifndef ALEXNET_CORE_INFER_ACTIVATIONS_H_
#define ALEXNET_CORE_INFER_ACTIVATIONS_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/infer/session_options.h"
#include "core/model/model.h"
#include "core/preprocess/image.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// Not thread safe.
class ActivationExtractor {
 public:
  // `layers` by name; kNotFound lists the network's layers. A layer's output is
  // what it gives by itself: "conv1" before its ReLU, "relu1" after.
  static Result<std::unique_ptr<ActivationExtractor>> Create(
      std::shared_ptr<const Model> model, std::vector<std::string> layers,
      const SessionOptions& options = {});
  virtual ~ActivationExtractor() = default;

  // One float32 tensor per layer, (images, C, H, W) or (images, F), of the
  // centre views.
  virtual Result<std::vector<Tensor>> Run(std::span<const Image> images) = 0;
  // The same of `count` preprocessed views, (count, C, H, W).
  virtual Result<std::vector<Tensor>> RunViews(const float* views,
                                               int64_t count) = 0;
};

// Create and Run in one.
Result<std::vector<Tensor>> Activations(std::shared_ptr<const Model> model,
                                        const std::vector<std::string>& layers,
                                        std::span<const Image> images,
                                        const SessionOptions& options = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_ACTIVATIONS_H_
