// Features: what one layer gives for each of a list of pictures.

#ifndef ALEXNET_CORE_INFER_FEATURES_H_
#define ALEXNET_CORE_INFER_FEATURES_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/pipeline.h"
#include "core/data/quarantine.h"
#include "core/exec/inference_plan.h"
#include "core/infer/compile_model.h"
#include "core/infer/shared_model.h"
#include "core/infer/view_runner.h"
#include "core/tensor/tensor.h"

namespace alexnet {

struct FeatureOptions : CompileOptions {  // batch 0: 32 pictures
  // BEGIN options: core.fields feature_options
  // Threads that decode pictures; 0 to 1,024; 0: as many as the process may
  // use.
  int loader_threads = 0;
  // Stops at the first broken picture.
  bool strict = false;
  // Most pixels of a picture; one that has more counts as broken.
  int64_t max_pixels = 100'000'000;
  // END options
};

// Goes through the pictures once, in their order, a batch at a time; threads of
// its own decode those that follow. What it keeps does not grow with their
// number, but for the list itself. Not thread safe.
class Features {
 public:
  // Of the centre view of every picture the output of `layer`, behind which
  // nothing is computed. kNotFound names the layers there are.
  static Result<std::unique_ptr<Features>> Create(
      const std::shared_ptr<SharedModel>& model, const std::string& layer,
      std::shared_ptr<const Dataset> pictures, const FeatureOptions& options);

  // Of the next pictures, at most batch(), which of the list they are, rising,
  // and their rows of size() floats; how many, 0 after the last. Those left out
  // are broken. The spans hold a batch. Interrupted, it may be called again.
  // kDataLoss where not one picture could be read.
  Result<int64_t> Next(std::span<int64_t> pictures, std::span<float> rows,
                       const Interrupt& interrupt = {});

  // Of one row.
  const Shape& shape() const { return shape_; }
  int64_t size() const { return shape_.elements(); }
  int64_t batch() const { return plan_->batch(); }
  int threads() const { return plan_->threads(); }
  // Met so far, in the order in which they were found to be.
  const std::vector<BrokenPicture>& broken() const { return broken_; }

 private:
  Features(std::shared_ptr<SharedModel> model,
           std::unique_ptr<InferencePlan> plan,
           std::unique_ptr<Pipeline> pipeline);

  // Those that the pipeline knows of and broken() does not.
  void TakeBroken();

  const std::shared_ptr<SharedModel> model_;
  const std::unique_ptr<InferencePlan> plan_;
  const std::unique_ptr<Pipeline> pipeline_;
  ViewRunner runner_;
  const Shape shape_;
  Batch batch_;
  std::vector<BrokenPicture> broken_;
  int64_t given_ = 0;         // rows
  int64_t next_picture_ = 0;  // the first that was not met yet
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_FEATURES_H_
