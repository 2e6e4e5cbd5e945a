#include "core/train/ranks/rank_seat.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "core/dist/values.h"

namespace alexnet {
namespace {

// As messages carry it.
struct Place {
  char machine[256] = {};
  cpu_set_t processors;
};

bool OnSameMachine(const Place& a, const Place& b) {
  return std::strcmp(a.machine, b.machine) == 0;
}

struct DeviceText {
  char name[60] = {};
  int threads = 0;
};

}  // namespace

Result<RankSeat> FindSeat(Communicator& comm) {
  Place own;
  gethostname(own.machine, sizeof(own.machine) - 1);
  CPU_ZERO(&own.processors);
  // Where the system does not say, all may use all.
  sched_getaffinity(0, sizeof(own.processors), &own.processors);
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<Place> all,
                           GatherFromAll(own, comm));
  RankSeat seat;
  seat.ranks = seat.sharers = 0;
  for (int rank = 0; rank < comm.size(); ++rank) {
    const Place& other = all[static_cast<size_t>(rank)];
    if (!OnSameMachine(own, other)) continue;
    ++seat.ranks;
    seat.number += rank < comm.rank() ? 1 : 0;
    if (!CPU_EQUAL(&own.processors, &other.processors)) continue;
    ++seat.sharers;
    seat.sharer += rank < comm.rank() ? 1 : 0;
  }
  return seat;
}

Result<std::vector<RankDevice>> GatherDevices(const RankDevice& own,
                                              Communicator& comm) {
  DeviceText text;
  own.name.copy(text.name, sizeof(text.name) - 1);
  text.threads = own.threads;
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<DeviceText> all,
                           GatherFromAll(text, comm));
  std::vector<RankDevice> devices;
  for (const DeviceText& each : all) {
    devices.push_back({each.name, each.threads});
  }
  return devices;
}

}  // namespace alexnet
