// CompileRankTraining: the training plan of one of several ranks.

#ifndef ALEXNET_CORE_PARALLEL_RANK_TRAINING_H_
#define ALEXNET_CORE_PARALLEL_RANK_TRAINING_H_

#include <memory>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/training_plan.h"
#include "core/model/parameter_source.h"
#include "core/parallel/parallel_part.h"

namespace alexnet {

// All ranks make this call, with the same options but part and batch, which are
// those of `part`. A step is given the samples ShareOf(0) of the global batch;
// the same random state on all ranks. `whole` has the whole network's
// parameters. The part's communicator is over the memory of the backend's
// device; others are refused, and a plan whose ranks have all outputs.
Result<std::unique_ptr<TrainingPlan>> CompileRankTraining(
    std::shared_ptr<ParallelPart> part, std::shared_ptr<Backend> backend,
    std::shared_ptr<ParameterSource> whole, TrainingPlanOptions options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_RANK_TRAINING_H_
