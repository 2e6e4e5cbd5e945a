#include "core/train/ranks/rank_devices.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/cpu.h"
#include "core/parallel/blob_placement.h"

namespace alexnet {
namespace {

constexpr const char* kField = "devices";

Status CheckOneOfBoth(const TrainOptions& options) {
  if (options.device.empty() || options.devices.empty()) return Status();
  return InvalidArgumentError("give either `device` or `devices`, not both")
      .WithField(kField);
}

// Refuses a device of `all` that has no name.
Status CheckNamed(const std::string& name, int number, int devices,
                  const std::string& all) {
  if (!name.empty()) return Status();
  return InvalidArgumentError(
             fmt::format("the name of device {} of {} is empty in \"{}\"; two "
                         "of the CPU's are \"cpu,cpu\"",
                         number + 1, devices, all))
      .WithField(kField);
}

// What a refused name says, of the option that it stands in.
Status OfDevices(const Status& status) {
  if (status.field() != "device") return status;
  return Status(status.code(), status.message()).WithField(kField);
}

}  // namespace

int ThreadsOfRank(int threads, int rank, int ranks) {
  const int all = threads > 0 ? threads : AvailableCpus();
  return std::max(1, static_cast<int>(PartOf(all, rank, ranks).count()));
}

std::vector<std::string> DeviceNames(const std::string& devices) {
  std::vector<std::string> names(1);
  for (const char c : devices) {
    if (c == ',') {
      names.emplace_back();
    } else if (c != ' ') {
      names.back().push_back(c);
    }
  }
  return names;
}

Result<TrainOptions> OptionsOfProcess(const TrainOptions& options,
                                      const RankSeat& seat) {
  ALEXNET_RETURN_IF_ERROR(CheckOneOfBoth(options));
  TrainOptions own = options;
  if (!options.devices.empty()) {
    const std::vector<std::string> names = DeviceNames(options.devices);
    const int devices = static_cast<int>(names.size());
    if (devices != seat.ranks) {
      return InvalidArgumentError(
                 fmt::format("{} are named for the {} ranks of a machine; name "
                             "one for each of them, or give `device`",
                             devices, seat.ranks))
          .WithField(kField);
    }
    own.device = names[static_cast<size_t>(seat.number)];
    own.devices.clear();
    ALEXNET_RETURN_IF_ERROR(
        CheckNamed(own.device, seat.number, devices, options.devices));
  }
  for (int* threads : {&own.threads, &own.loader_threads}) {
    if (*threads == 0) *threads = ThreadsOfRank(0, seat.sharer, seat.sharers);
  }
  return own;
}

Result<std::vector<std::shared_ptr<Backend>>> MakeRankBackends(
    const TrainOptions& options) {
  std::vector<std::shared_ptr<Backend>> backends;
  if (options.devices.empty()) {
    ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                             MakeBackend(options));
    backends.push_back(std::move(backend));
    return backends;
  }
  ALEXNET_RETURN_IF_ERROR(CheckOneOfBoth(options));
  const std::vector<std::string> names = DeviceNames(options.devices);
  const int ranks = static_cast<int>(names.size());
  for (int rank = 0; rank < ranks; ++rank) {
    DeviceOptions of_rank = options;
    of_rank.device = names[static_cast<size_t>(rank)];
    of_rank.threads = ThreadsOfRank(options.threads, rank, ranks);
    ALEXNET_RETURN_IF_ERROR(
        CheckNamed(of_rank.device, rank, ranks, options.devices));
    auto backend = MakeBackend(of_rank);
    if (!backend.ok()) return OfDevices(backend.status());
    backends.push_back(*std::move(backend));
    if (backends.back()->device().is_host() !=
        backends.front()->device().is_host()) {
      return UnsupportedError(
                 fmt::format("{} and {} cannot compute one network together; "
                             "name either GPUs or \"cpu\"",
                             backends.front()->computer().device,
                             backends.back()->computer().device))
          .WithField(kField);
    }
  }
  return backends;
}

}  // namespace alexnet
