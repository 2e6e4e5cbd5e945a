// RunByMpi: a run whose ranks are processes that mpirun or srun started.

#ifndef ALEXNET_CORE_TRAIN_RUN_BY_MPI_H_
#define ALEXNET_CORE_TRAIN_RUN_BY_MPI_H_

#include <functional>
#include <memory>

#include "core/backend/backend.h"
#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/train/ranks/told_options.h"
#include "core/train/training_job.h"

namespace alexnet {

// Makes the job of rank 0, with its own part of the options. The interrupt is
// that of the run, and fires where another rank has gone, too.
using MakeJob =
    std::function<Result<TrainingJob>(const TrainOptions&, const Interrupt&)>;

// What Train and Finetune do where options.launcher is kMpi, on each rank:
// on `backend`, or, where that is null, on what the options name. `told` is
// what they were told beside the options. Ranks that were told different
// things, or are of different builds, are refused before rank 0 calls `make`.
// Once in a process, since MPI is started once.
Result<TrainSummary> RunByMpi(const TrainOptions& options, ToldOptions told,
                              const MakeJob& make,
                              std::shared_ptr<Backend> backend,
                              TrainingListener& listener,
                              const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RUN_BY_MPI_H_
