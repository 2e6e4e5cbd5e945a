// RankSeat: what of a machine is a rank's.

#ifndef ALEXNET_CORE_TRAIN_RANKS_RANK_SEAT_H_
#define ALEXNET_CORE_TRAIN_RANKS_RANK_SEAT_H_

#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/dist/communicator.h"

namespace alexnet {

struct RankSeat {
  // The rank's number among those of its machine, and how many these are.
  int number = 0;
  int ranks = 1;
  // The same among those of its machine that may use the same processors:
  // launchers may give each rank its own.
  int sharer = 0;
  int sharers = 1;
};

// On all ranks.
Result<RankSeat> FindSeat(Communicator& comm);

// A rank's device and how many threads compute on it.
struct RankDevice {
  std::string name;  // "cpu", "cuda:0"
  int threads = 0;
};

// On all ranks: those of all, by rank.
Result<std::vector<RankDevice>> GatherDevices(const RankDevice& own,
                                              Communicator& comm);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RANKS_RANK_SEAT_H_
