// FollowTraining: a run on the ranks that do not lead it.

#ifndef ALEXNET_CORE_TRAIN_FOLLOW_TRAINING_H_
#define ALEXNET_CORE_TRAIN_FOLLOW_TRAINING_H_

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/train/ranks/rank_command.h"
#include "core/train/training_job.h"

namespace alexnet {

// Carries out what rank 0 tells, until that is the end, which is returned.
// `job` is rank 0's but for the backend. `interrupt` stops evaluations only,
// which rank 0 takes as its own; all else it stops itself. On a failure the
// caller aborts `comm`.
Result<EndRun> FollowTraining(TrainingJob job, const Interrupt& interrupt,
                              Communicator& comm);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_FOLLOW_TRAINING_H_
