// Predictor: pictures in, classes and probabilities out. Preprocessing is the
// model's own, so no flag is needed to use a model right.

#ifndef ALEXNET_CORE_INFER_PREDICTOR_H_
#define ALEXNET_CORE_INFER_PREDICTOR_H_

#include <cstddef>
#include <cstdint>
#include <functional>
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
  int top = 5;  // at most the number of classes
  // Layers by name whose outputs Activation gives.
  std::vector<std::string> activations;
  // Refuse a network that does not end in a softmax. Where that is off, its
  // output takes the place of probabilities.
  bool classify = true;
  int64_t max_pixels = 100'000'000;
};

// Indices of the `count` largest of `row`, largest first, equal ones by index;
// NaN counts as smallest.
std::vector<int32_t> LargestOf(std::span<const float> row, size_t count);

struct Prediction {
  int32_t index = 0;         // of the class
  std::string label;         // the model's; "class 17" where it has no labels
  float probability = 0.0f;  // 0..1
};

// What became of one file: a status or the likeliest classes, best first.
struct FilePrediction {
  std::string path;
  Status status;
  std::vector<Prediction> top;
};

// Not thread safe; predictors of one model share its packed weights.
class Predictor {
 public:
  static Result<std::unique_ptr<Predictor>> Create(
      std::shared_ptr<const Model> model, const PredictorOptions& options = {});
  virtual ~Predictor() = default;

  // Likeliest classes, best first; equal ones by index. `name` is used in
  // errors.
  virtual Result<std::vector<Prediction>> PredictEncoded(
      std::span<const std::byte> picture, const std::string& name) = 0;
  virtual Result<std::vector<Prediction>> PredictImage(const Image& image) = 0;
  // One FilePrediction per path, in order, handed to `done` as it is there. A
  // file that cannot be read does not stop the others. Not OK only where
  // nothing can go on.
  virtual Status PredictFiles(
      std::span<const std::string> paths, const Interrupt& interrupt,
      const std::function<void(const FilePrediction&)>& done) = 0;

  // Pixels of pictures to preprocessed views, (views(), C, H, W) floats.
  virtual Status Preprocess(const Image& image, float* views) const = 0;
  // `count` samples of views() preprocessed views each, any count above 0;
  // probabilities (count, classes), averaged over a sample's views.
  virtual Status Probabilities(const float* views, int64_t count,
                               float* probabilities) = 0;

  virtual int64_t views() const = 0;          // per sample: 1 or 10
  virtual int64_t view_elements() const = 0;  // floats of one view
  virtual int64_t classes() const = 0;
  // The likeliest of one row of probabilities.
  virtual std::vector<Prediction> Top(std::span<const float> row) const = 0;

  // What layer `index` of PredictorOptions::activations gave for all views
  // since the last ClearActivations, one after another: its output by itself,
  // "conv1" before its ReLU, "relu1" after.
  virtual std::span<const float> Activation(size_t index) const = 0;
  virtual void ClearActivations() = 0;
  virtual const InferencePlan& plan() const = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_PREDICTOR_H_
