// OptionsOfProcess: what of a run's options is a rank's that is a process.

#ifndef ALEXNET_CORE_TRAIN_RANKS_PROCESS_OPTIONS_H_
#define ALEXNET_CORE_TRAIN_RANKS_PROCESS_OPTIONS_H_

#include "core/base/status.h"
#include "core/train/ranks/rank_seat.h"
#include "core/train/train_options.h"

namespace alexnet {

// The device of a rank in `seat`, and its share of the processors where no
// threads are named. Refuses `devices` that are not one for each rank of the
// machine.
Result<TrainOptions> OptionsOfProcess(const TrainOptions& options,
                                      const RankSeat& seat);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RANKS_PROCESS_OPTIONS_H_
