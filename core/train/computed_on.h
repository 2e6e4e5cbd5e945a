// What a run was computed on, which its checkpoints record: a resumed run gives
// the bits of one that never stopped only on the same.

#ifndef ALEXNET_CORE_TRAIN_COMPUTED_ON_H_
#define ALEXNET_CORE_TRAIN_COMPUTED_ON_H_

#include <string>
#include <vector>

#include "core/model/training_state.h"
#include "core/train/training_job.h"

namespace alexnet {

void RecordComputer(const TrainingJob& job, TrainingState* state);

// What keeps a run that was computed as `state` says from giving the same bits
// as `job`, a phrase each.
std::vector<std::string> DifferencesOf(const TrainingState& state,
                                       const TrainingJob& job);

// Where more than last bits changes, since `hybrid_sub_batches` updates as
// often as there are devices: a sentence about it; else empty.
std::string OtherUpdates(const TrainingState& state, const TrainingJob& job);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_COMPUTED_ON_H_
