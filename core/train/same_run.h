// Whether what is asked of a run that is gone on with is what it is.

#ifndef ALEXNET_CORE_TRAIN_SAME_RUN_H_
#define ALEXNET_CORE_TRAIN_SAME_RUN_H_

#include <string_view>

#include "core/base/status.h"
#include "core/model/model.h"
#include "core/train/train_options.h"

namespace alexnet {

// Refuses, naming both, what `options.said` and `options.network` say that is
// other than in `checkpoint`, which has a training state.
Status CheckSameRun(const TrainOptions& options, const Model& checkpoint);

// The refusal of one option: "the run has A, and `option` says B".
Status OtherRun(std::string_view option, std::string_view has,
                std::string_view says);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_SAME_RUN_H_
