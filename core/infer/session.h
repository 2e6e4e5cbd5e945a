// Session: a model compiled to be run: views or pictures in, probabilities and
// activations out. Preprocessing is the model's own, so no option is needed to
// use a model right.

#ifndef ALEXNET_CORE_INFER_SESSION_H_
#define ALEXNET_CORE_INFER_SESSION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/decode.h"
#include "core/exec/input_gradient_plan.h"
#include "core/exec/predictor.h"
#include "core/infer/compile_model.h"
#include "core/infer/computers.h"
#include "core/infer/shared_model.h"
#include "core/infer/view_runner.h"
#include "core/preprocess/image.h"
#include "core/tensor/tensor.h"

namespace alexnet {

struct SessionOptions : CompileOptions {  // batch 0: 1, or 10 for ten crops
  // Average the softmax probabilities of ten views (the paper, section 4.1) in
  // place of the centre view's.
  bool ten_crop = false;
  // Layers by name whose outputs Activation gives.
  std::vector<std::string> activations;
  int64_t max_pixels = kDefaultMaxPixels;  // larger pictures are refused
};

// Indices of the `count` largest of `row`, largest first, equal ones by index;
// NaN counts as smallest.
std::vector<int32_t> LargestOf(std::span<const float> row, size_t count);

struct Prediction {
  int32_t class_index = 0;
  float probability = 0.0f;
  const std::string* label = nullptr;  // lives as long as the session
};

// What a layer gave for some views, one after another.
struct LayerOutput {
  std::span<const float> values;  // until the next run
  Shape shape;                    // of all of them
};

// Pictures to run, by index.
struct Pictures {
  int64_t count = 0;  // above 0
  std::function<Result<Image>(int64_t)> read;
  // Says in an error which picture it is about; none: nothing.
  std::function<Status(int64_t, const Status&)> named;
};

// Not thread safe but for const members; sessions of one model and device share
// its packed weights. One on several devices that failed on one of them fails
// from then on.
class Session {
 public:
  static Result<std::unique_ptr<Session>> Create(
      std::shared_ptr<SharedModel> model, const SessionOptions& options = {});

  // Pixels of a picture to preprocessed views, (views(), C, H, W) floats or
  // more.
  Status Preprocess(const Image& image, std::span<float> views) const;
  // `count` samples of views() preprocessed views each, any count above 0; what
  // the network gives, (count, classes), averaged over a sample's views:
  // probabilities where it ends in a softmax, without which Create refuses ten
  // crops. Interrupted between batches.
  Status Run(std::span<const float> views, int64_t count,
             std::span<float> output, const Interrupt& interrupt = {});
  // The same for pictures, which are read in turn.
  Status RunPictures(const Pictures& pictures, std::span<float> output,
                     const Interrupt& interrupt = {});
  // The probabilities of the picture in a file; refuses a network that gives
  // none.
  Result<std::vector<float>> Classify(const std::string& path,
                                      const Interrupt& interrupt = {});
  // Of `count` samples of views() preprocessed views each, laid out as `views`,
  // the gradients with respect to each view of the score of the sample's class:
  // of what enters a final softmax, or of that float of the output.
  Status InputGradients(std::span<const float> views,
                        std::span<const int32_t> classes,
                        std::span<float> gradients,
                        const Interrupt& interrupt = {});
  // The likeliest classes of one row of output, best first.
  Result<std::vector<Prediction>> Top(std::span<const float> row,
                                      size_t count) const;
  // What layer `index` of SessionOptions::activations gave for the views of the
  // last run: its output by itself, "conv1" before its ReLU, "relu1" after.
  Result<LayerOutput> Activation(size_t index) const;

  int64_t views() const { return views_; }  // per sample: 1 or 10
  int64_t view_elements() const { return runner_.view_elements(); }
  int64_t classes() const { return runner_.classes(); }
  int64_t max_pixels() const { return max_pixels_; }
  const Model& model() const { return *model_->model(); }
  const Predictor& plan() const { return *plan_; }

 private:
  Status RenderPicture(const Pictures& pictures, int64_t i,
                       std::span<float> views) const;
  // What a layer gave for all views so far.
  struct Kept {
    std::string layer;
    Shape shape;  // of one view
    std::vector<float> values;
  };

  Session(std::shared_ptr<SharedModel> model, const Computers& computers,
          std::unique_ptr<Predictor> plan, const SessionOptions& options,
          std::vector<Kept> kept);

  // Views that were checked, through the network.
  Status RunViews(const float* views, int64_t count, float* output,
                  const Interrupt& interrupt);
  // Appends what the plan's last run gave for its first `views` views.
  Status KeepActivations(int64_t views);
  void ClearActivations();

  const std::shared_ptr<SharedModel> model_;
  const Computers computers_;
  const std::unique_ptr<Predictor> plan_;
  std::unique_ptr<InputGradientPlan> gradient_plan_;  // once it was asked for
  ViewRunner runner_;
  const int64_t views_;
  const int64_t max_pixels_;
  std::vector<std::string> labels_;  // one per class
  std::vector<Kept> kept_;
  std::vector<float> pictures_;  // of pictures, on their way in
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_SESSION_H_
