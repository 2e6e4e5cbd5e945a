// Validation: what a run is evaluated on after each epoch, and the plan for it.

#ifndef ALEXNET_CORE_TRAIN_VALIDATION_H_
#define ALEXNET_CORE_TRAIN_VALIDATION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/exec/inference_plan.h"
#include "core/infer/evaluation.h"
#include "core/train/training_job.h"

namespace alexnet {

class Validation {
 public:
  // Of the share of `rank` of the job's held-out pictures, with the parameters
  // that `source` has at each evaluation; null where none are held out. A
  // device that has not memory enough for the usual batch gets a smaller one.
  // `job` must outlive it.
  static Result<std::unique_ptr<Validation>> Create(
      const TrainingJob& job, int rank, int ranks,
      std::shared_ptr<ParameterSource> source);

  // Of the share. Progress is told to `listener`, as of all. What `check` fails
  // with ends it, as where another rank has gone.
  Result<Evaluation> Evaluate(TrainingListener& listener,
                              const Interrupt& interrupt,
                              const std::function<Status()>& check);

  int64_t device_bytes() const {
    return plan_ != nullptr ? plan_->device_bytes() : 0;
  }

 private:
  Validation(const TrainingJob& job, int rank, int ranks);

  Status Compile(std::shared_ptr<ParameterSource> source);

  const TrainingJob& job_;
  const std::vector<int64_t> indices_;
  std::unique_ptr<InferencePlan> plan_;   // null: the share is empty
  const std::vector<int32_t> class_map_;  // the model's classes are the data's
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_VALIDATION_H_
