// PlanRun: one training step by a plan, in float64: the ranks one after
// another in one thread, and exchanges by plain copying.

#ifndef ALEXNET_CORE_PARALLEL_TESTING_PLAN_RUN_H_
#define ALEXNET_CORE_PARALLEL_TESTING_PLAN_RUN_H_

#include "core/parallel/parallel_plan.h"
#include "core/parallel/testing/whole_run.h"

namespace alexnet::testing {

// Logits and gradients are put together from all ranks; of a plan whose ranks
// all have all outputs, logits are rank 0's and there is no more.
StepValues RunPlan(const StepCase& step, const ParallelPlan& plan);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_PARALLEL_TESTING_PLAN_RUN_H_
