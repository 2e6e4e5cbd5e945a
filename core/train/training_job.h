// TrainingJob: a run with everything decided. Train and Finetune make one, or
// read one back from a checkpoint; RunTrainingJob carries it out.

#ifndef ALEXNET_CORE_TRAIN_TRAINING_JOB_H_
#define ALEXNET_CORE_TRAIN_TRAINING_JOB_H_

#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/model/model.h"
#include "core/model/parameter_source.h"
#include "core/network/network.h"
#include "core/network/recipe.h"
#include "core/preprocess/spec.h"
#include "core/train/listener.h"
#include "core/train/ranks/rank_seat.h"
#include "core/train/run_folder.h"
#include "core/train/train_options.h"
#include "core/train/trainer.h"
#include "core/train/training_data.h"

namespace alexnet {

struct TrainingJob {
  TrainOptions options;
  // Made first, so that a device that is not there is found before anything
  // else takes time.
  std::shared_ptr<Backend> backend;
  // Of ranks 1 and up, where several threads train it together.
  std::vector<std::shared_ptr<Backend>> other_backends;
  // By rank, where several train it together, from when they begin.
  std::vector<RankDevice> rank_devices;
  // Of a rank among several that are not on the host: over its device's memory.
  std::shared_ptr<Communicator> over_device;
  std::shared_ptr<const RunFolder> folder;
  TrainingData data;
  Network network;
  Preprocessing preprocessing;  // complete
  Recipe recipe;                // as it is carried out
  // By class, of mean 1 over the training pictures; empty: all alike.
  std::vector<float> class_weights;
  uint64_t seed = 0;
  std::shared_ptr<ParameterSource> start;  // parameters to begin with
  // The checkpoint that is gone on from; null for a new run. Its state, momenta
  // and metadata are taken over.
  std::shared_ptr<const Model> resumed;
  Provenance provenance;
  std::vector<KeyValue> metadata;  // the same in all checkpoints
  // What was chosen for the caller, and what is to be said before the start.
  std::vector<std::string> choices;
  std::vector<std::string> warnings;
};

Result<TrainSummary> RunTrainingJob(TrainingJob job, TrainingListener& listener,
                                    const Interrupt& interrupt);

// Opens `out` for a new run, and refuses one that holds a run already.
Result<std::shared_ptr<const RunFolder>> OpenNewRun(const std::string& out);

// The job of the run in options.out, to go on with: on `backend`, or where that
// is null on the device that the options name, or else on that of before.
// Refuses where there is no run, data that is not what it saw, and what is said
// anew and is otherwise (same_run.h); warns where
// bit equality is not given.
Result<TrainingJob> ResumeJob(std::shared_ptr<Backend> backend,
                              const TrainOptions& options);

// Makes the backends of what the options name: a device, or several.
Status MakeBackends(const TrainOptions& options, TrainingJob* job);

// How the devices of a checkpoint divided the network.
Result<ParallelKind> ParallelOf(const TrainingState& state);

// On as many ranks as before a run goes on by its plan, unless another one is
// asked for.
Status TakePlanOfBefore(const TrainingState& state, int ranks,
                        TrainOptions* options);

// The batch of the recipe made no larger than the training set; says so.
void FitBatch(int64_t samples, Recipe* recipe,
              std::vector<std::string>* choices);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_TRAINING_JOB_H_
