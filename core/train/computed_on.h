// What a run was computed on, which its checkpoints record: a resumed run gives
// the bits of one that never stopped only on the same.

#ifndef ALEXNET_CORE_TRAIN_COMPUTED_ON_H_
#define ALEXNET_CORE_TRAIN_COMPUTED_ON_H_

#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/model/training_state.h"

namespace alexnet {

void RecordComputer(const Backend& backend, TrainingState* state);

// What keeps a run that was computed as `state` says from giving the same bits
// on `backend`, a phrase each.
std::vector<std::string> DifferencesOf(const TrainingState& state,
                                       const Backend& backend);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_COMPUTED_ON_H_
