#include "core/infer/computers.h"

#include <utility>

#include "core/devices/rank_devices.h"
#include "core/dist/device_group.h"

namespace alexnet {

int64_t Computers::least_batch() const {
  return several() ? LeastPredictionBatch(
                         parallel, static_cast<int>(ranks.backends.size()))
                   : 1;
}

std::string Computers::names() const {
  std::string names;
  for (const auto& backend : ranks.backends) {
    if (!names.empty()) names += ",";
    names += backend->name();
  }
  return names;
}

int Computers::threads() const {
  int threads = 0;
  for (const auto& backend : ranks.backends) threads += backend->threads();
  return threads;
}

Result<Computers> MakeComputers(const ComputersOptions& options) {
  if (DeviceNames(options.devices).size() < 2 &&
      options.parallel != ParallelKind::kData) {
    return InvalidArgumentError(
               "is for several devices that work together; name them "
               "(`devices`)")
        .WithField("parallel");
  }
  Computers computers;
  computers.parallel = options.parallel;
  ALEXNET_ASSIGN_OR_RETURN(computers.ranks.backends,
                           MakeRankBackends(options, options.devices));
  const auto ranks = static_cast<int>(computers.ranks.backends.size());
  if (ranks > 1) {
    if (!computers.ranks.backends.front()->device().is_host()) {
      ALEXNET_ASSIGN_OR_RETURN(auto group,
                               CreateDeviceGroup(computers.ranks.backends));
      for (auto& each : group) {
        computers.ranks.over_devices.push_back(std::move(each));
      }
    }
    ALEXNET_ASSIGN_OR_RETURN(computers.ranks.team, RankTeam::Create(ranks));
  }
  return computers;
}

}  // namespace alexnet
