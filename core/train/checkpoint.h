// Checkpoints of a run: last.alexnet and best.alexnet.

#ifndef ALEXNET_CORE_TRAIN_CHECKPOINT_H_
#define ALEXNET_CORE_TRAIN_CHECKPOINT_H_

#include <optional>
#include <string>

#include "core/base/status.h"
#include "core/model/parts.h"
#include "core/model/save.h"
#include "core/model/training_state.h"
#include "core/train/listener.h"
#include "core/train/run_folder.h"
#include "core/train/snapshot.h"
#include "core/train/training_job.h"
#include "core/train/training_rank.h"

namespace alexnet {

// Writes checkpoints atomically: whenever the process or the machine stops, the
// older file or the newer one is there, whole. Errors say that the older one is
// still good. Not thread safe.
class Checkpointer {
 public:
  // All are borrowed.
  Checkpointer(const TrainingJob& job, TrainingRank& rank, Snapshot& snapshot,
               TrainingListener& listener)
      : job_(job), rank_(rank), snapshot_(snapshot), listener_(listener) {}

  // Of all ranks, into the snapshot, as they are after `state.step` updates.
  Status ReadParameters(const TrainingState& state);
  Status ReadMomenta(const TrainingState& state);

  // Parameters, momenta and state as they are now. Interrupted, it has written
  // nothing.
  Status SaveLast(const TrainingState& state,
                  const std::optional<SelfCheck>& self_check,
                  const Interrupt& interrupt = {});
  // Parameters as last read into the snapshot, without momenta. `report` is of
  // the epoch that was best.
  Status SaveBest(const TrainingState& state, const EpochReport& report,
                  const std::optional<SelfCheck>& self_check);

 private:
  Status Save(const std::string& path, const ModelContents& contents,
              const Interrupt& interrupt) const;

  const TrainingJob& job_;
  TrainingRank& rank_;
  Snapshot& snapshot_;
  TrainingListener& listener_;
};

// Puts a self-check into a checkpoint that was written without one.
Status AddSelfCheck(const std::string& path, int threads,
                    const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_CHECKPOINT_H_
