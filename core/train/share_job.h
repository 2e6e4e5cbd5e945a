// A run's job from rank 0 to ranks that are other processes: as the checkpoint
// that it begins with, which is an ordinary model file.

#ifndef ALEXNET_CORE_TRAIN_SHARE_JOB_H_
#define ALEXNET_CORE_TRAIN_SHARE_JOB_H_

#include <memory>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/train/training_job.h"

namespace alexnet {

// On rank 0, while the others receive.
Status SendJob(const TrainingJob& job, Communicator& comm);

// The job of rank 0, on the pictures that `options` name and on `backend`, or,
// where that is null, the device that they name or that of before. Refuses
// pictures that are not rank 0's. What it begins with is in memory once, as
// long as the job has it.
Result<TrainingJob> ReceiveJob(const TrainOptions& options,
                               std::shared_ptr<Backend> backend,
                               Communicator& comm);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_SHARE_JOB_H_
