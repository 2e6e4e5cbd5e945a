// Evaluating a model on a data set.

#ifndef ALEXNET_CORE_INFER_EVALUATE_H_
#define ALEXNET_CORE_INFER_EVALUATE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/quarantine.h"
#include "core/exec/predictor.h"
#include "core/infer/compile_model.h"
#include "core/infer/evaluation.h"
#include "core/infer/shared_model.h"
#include "core/preprocess/spec.h"

namespace alexnet {

// How pictures get to the network.
struct EvaluationFeed {
  // BEGIN options: core.fields evaluate_options nest=feed
  // Threads that decode pictures; 0 to 1,024; 0: as many as the process may
  // use.
  int loader_threads = 0;
  // Averages the probabilities of ten views of each picture (section 4.1 of the
  // paper).
  bool ten_crop = false;
  // Most pixels of a picture; one that has more counts as broken.
  int64_t max_pixels = 100'000'000;
  // END options
  QuarantineOptions quarantine;
  // Called now and then, from the calling thread.
  std::function<void(int64_t done, int64_t total)> progress;
  // Called before each batch, from the calling thread; what it fails with ends
  // the evaluation. May be empty.
  std::function<Status()> check;
};

struct EvaluateOptions : CompileOptions {  // batch 0: 32 views
  EvaluationFeed feed;
};

// Over the samples `indices` of `dataset` (AllIndices for all of it). Decoding
// overlaps with computing.
Result<Evaluation> Evaluate(SharedModel& model,
                            std::shared_ptr<const Dataset> dataset,
                            std::span<const int64_t> indices,
                            const EvaluateOptions& options,
                            const Interrupt& interrupt);

// The same with a compiled plan, for the training loop. `class_map` is
// as of ClassMatch. Names of classes and pictures are left empty. Of pictures
// that are all broken the count is 0, as they may be a share of more.
Result<Evaluation> EvaluatePlan(Predictor& plan,
                                const Preprocessing& preprocessing,
                                std::shared_ptr<const Dataset> dataset,
                                std::span<const int64_t> indices,
                                std::span<const int32_t> class_map,
                                const EvaluationFeed& feed,
                                const Interrupt& interrupt);

// kDataLoss where not one picture could be read.
Status CheckEvaluated(const Evaluation& evaluation);

// Fills in `worst_names`.
void NameWorst(const Dataset& dataset, Evaluation* evaluation);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_EVALUATE_H_
