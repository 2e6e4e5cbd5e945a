#include "core/parallel/rank_training.h"

#include <utility>

#include "core/parallel/parameter_slices.h"

namespace alexnet {

Result<std::unique_ptr<TrainingPlan>> CompileRankTraining(
    std::shared_ptr<ParallelPart> part, std::shared_ptr<Backend> backend,
    std::shared_ptr<ParameterSource> whole, TrainingPlanOptions options) {
  if (backend->device().is_host() != part->on_host()) {
    return InvalidArgumentError("ranks on " + backend->name() +
                                " need a communicator over its memory");
  }
  if (part->plan().options.all_outputs && part->plan().options.ranks > 1) {
    return InvalidArgumentError(
        "a plan that gives all outputs to all ranks is for predictions");
  }
  const auto source =
      SourceOfRank(std::move(whole), part->plan(), part->rank());
  options.batch = part->batch();
  options.part = part;
  auto plan = TrainingPlan::Compile(part->network(), std::move(backend),
                                    *source, options);
  // Others wait for this one in ParallelPart::Agree, or in their first step.
  if (!plan.ok()) part->Abandon(plan.status());
  return plan;
}

}  // namespace alexnet
