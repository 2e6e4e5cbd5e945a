// Predictor: pictures in, probabilities and activations out. Preprocessing is
// the model's own, so no flag is needed to use a model right.

#ifndef ALEXNET_CORE_INFER_PREDICTOR_H_
#define ALEXNET_CORE_INFER_PREDICTOR_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/exec/inference_plan.h"
#include "core/infer/session_options.h"
#include "core/model/model.h"
#include "core/preprocess/image.h"

namespace alexnet {

struct PredictorOptions {
  SessionOptions session;  // batch 0: 1 for single views, 10 for ten crops
  // Average the softmax probabilities of ten views (the paper, section 4.1) in
  // place of the centre view's.
  bool ten_crop = false;
  // Layers by name whose outputs Activation gives.
  std::vector<std::string> activations;
};

// Indices of the `count` largest of `row`, largest first, equal ones by index;
// NaN counts as smallest.
std::vector<int32_t> LargestOf(std::span<const float> row, size_t count);

// Not thread safe; predictors of one model share its packed weights.
class Predictor {
 public:
  static Result<std::unique_ptr<Predictor>> Create(
      std::shared_ptr<const Model> model, const PredictorOptions& options = {});
  virtual ~Predictor() = default;

  // Pixels of pictures to preprocessed views, (views(), C, H, W) floats.
  virtual Status Preprocess(const Image& image, float* views) const = 0;
  // `count` samples of views() preprocessed views each, any count above 0; what
  // the network gives, (count, classes), averaged over a sample's views:
  // probabilities where it ends in a softmax, without which Create refuses ten
  // crops.
  // Interrupted between batches.
  virtual Status Probabilities(const float* views, int64_t count,
                               float* probabilities,
                               const Interrupt& interrupt = {}) = 0;

  virtual int64_t views() const = 0;          // per sample: 1 or 10
  virtual int64_t view_elements() const = 0;  // floats of one view
  virtual int64_t classes() const = 0;
  // What layer `index` of PredictorOptions::activations gave for all views
  // since the last ClearActivations, one after another: its output by itself,
  // "conv1" before its ReLU, "relu1" after.
  virtual std::span<const float> Activation(size_t index) const = 0;
  virtual void ClearActivations() = 0;
  virtual const InferencePlan& plan() const = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_PREDICTOR_H_
