// Training states in the description.

#ifndef ALEXNET_CORE_MODEL_TRAINING_CODEC_H_
#define ALEXNET_CORE_MODEL_TRAINING_CODEC_H_

#include "core/base/status.h"
#include "core/model/alexnet_generated.h"
#include "core/model/decoding.h"
#include "core/model/training_state.h"

namespace alexnet {

flatbuffers::Offset<schema::TrainingState> EncodeTrainingState(
    flatbuffers::FlatBufferBuilder& builder, const TrainingState& state);

// Checked: the recipe, ranges, finite numbers.
Result<TrainingState> DecodeTrainingState(const schema::TrainingState& state,
                                          DecodeBudget& budget);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_TRAINING_CODEC_H_
