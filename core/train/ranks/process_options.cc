#include "core/train/ranks/process_options.h"

#include <fmt/core.h>

#include "core/devices/rank_devices.h"

namespace alexnet {

Result<TrainOptions> OptionsOfProcess(const TrainOptions& options,
                                      const RankSeat& seat) {
  ALEXNET_RETURN_IF_ERROR(CheckOneOfBoth(options.device, options.devices));
  TrainOptions own = options;
  if (options.devices == "cuda") {
    own.device = fmt::format("cuda:{}", seat.number);
    own.devices.clear();
  } else if (!options.devices.empty()) {
    const int devices = static_cast<int>(DeviceNames(options.devices).size());
    if (devices != seat.ranks) {
      return InvalidArgumentError(
                 fmt::format("{} are named for the {} ranks of a machine; name "
                             "one for each of them, or \"cuda\" for a GPU "
                             "each, or give `device`",
                             devices, seat.ranks))
          .WithField("devices");
    }
    ALEXNET_ASSIGN_OR_RETURN(own.device,
                             DeviceOfRank(options.devices, seat.number));
    own.devices.clear();
  }
  for (int* threads : {&own.threads, &own.loader_threads}) {
    if (*threads == 0) *threads = ThreadsOfRank(0, seat.sharer, seat.sharers);
  }
  return own;
}

}  // namespace alexnet
