// The backends of a run's ranks.

#ifndef ALEXNET_CORE_TRAIN_RANKS_RANK_DEVICES_H_
#define ALEXNET_CORE_TRAIN_RANKS_RANK_DEVICES_H_

#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/train/ranks/rank_seat.h"
#include "core/train/train_options.h"

namespace alexnet {

// By rank: those of `devices`, with a share of `threads` each, or the one of
// `device`; a GPU that is named several times has as many. Refuses both
// together, an empty name, and GPUs beside the host's processor.
Result<std::vector<std::shared_ptr<Backend>>> MakeRankBackends(
    const TrainOptions& options);

// What of `options` is a rank's that is a process in `seat`: its device, and
// its share of the processors where no threads are named. Refuses `devices`
// that are not one for each rank of the machine.
Result<TrainOptions> OptionsOfProcess(const TrainOptions& options,
                                      const RankSeat& seat);

// The names in "cpu,cpu"; blanks are no part of them.
std::vector<std::string> DeviceNames(const std::string& devices);

// A rank's part of `threads` of all `ranks`, at least 1; 0 is as many as the
// process may use.
int ThreadsOfRank(int threads, int rank, int ranks);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RANKS_RANK_DEVICES_H_
