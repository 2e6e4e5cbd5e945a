// TrainInSubBatches: what kHybridSubBatches must give, on one rank in float64.

#ifndef ALEXNET_CORE_PARALLEL_TESTING_SUB_BATCH_RUN_H_
#define ALEXNET_CORE_PARALLEL_TESTING_SUB_BATCH_RUN_H_

#include "core/parallel/testing/rank_steps.h"
#include "core/parallel/testing/whole_run.h"

namespace alexnet::testing {

// The steps of rank_steps.h, of which each sends the whole batch through the
// convolutions, and then the first, second, ... of `parts` parts of it through
// the fully connected layers, forward and backward, which learn from n of N
// samples by
//   v <- momentum v - rate n / N (decay w + g),   w <- w + v,
// g being the mean over the n; the convolutions learn when all are through.
Trained TrainInSubBatches(const StepCase& test, int parts);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_PARALLEL_TESTING_SUB_BATCH_RUN_H_
