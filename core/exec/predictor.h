// Predictor: a network compiled to be run forward, on one device or on several.

#ifndef ALEXNET_CORE_EXEC_PREDICTOR_H_
#define ALEXNET_CORE_EXEC_PREDICTOR_H_

#include <cstdint>
#include <string>

#include "core/backend/device.h"
#include "core/base/status.h"
#include "core/network/network.h"

namespace alexnet {

// Not thread safe: one call at a time.
class Predictor {
 public:
  virtual ~Predictor() = default;

  // `images`: dense (batch, C, H, W) float32, preprocessed. `output`: dense
  // (batch, classes), what the last layer gives (probabilities after a
  // softmax). `logits` (batch, classes), if not null, what enters that softmax.
  virtual Status Run(const float* images, float* output, float* logits) = 0;
  Status Run(const float* images, float* output) {
    return Run(images, output, nullptr);
  }
  // Computes on the images of the last Run once more, without copying anything
  // to or from the device: for timing. Refused on the host, where nothing is
  // ever copied.
  virtual Status Recompute() = 0;
  // The output after Run of a layer that is kept, of the whole batch, dense.
  virtual Status Blob(const std::string& layer, float* dense) = 0;

  // Of the whole network.
  virtual const NetworkInfo& info() const = 0;
  virtual int64_t batch() const = 0;
  virtual int threads() const = 0;  // of all devices together
  // Images in its AllocateHost's memory get there soonest.
  virtual Device& device() = 0;

  // Of all devices together. Blobs and work space:
  virtual int64_t arena_bytes() const = 0;
  // As packed; predictors of one model may share them.
  virtual int64_t parameter_bytes() const = 0;
  // Both, and a GPU's buffers for input and output.
  virtual int64_t device_bytes() const = 0;
  // What the devices have sent one another since it was made.
  virtual int64_t exchanged_bytes() const = 0;

  // Whether runs are recorded on a GPU; known after the first few.
  virtual Capture capture() const = 0;

  // One line per kernel: name, formats, blob placement.
  virtual std::string Describe() const = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_PREDICTOR_H_
