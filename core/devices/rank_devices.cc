#include "core/devices/rank_devices.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/cpu.h"
#include "core/parallel/blob_placement.h"

namespace alexnet {
namespace {

constexpr const char* kField = "devices";

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

Result<std::string> DeviceOfRank(const std::string& devices, int rank) {
  const std::vector<std::string> names = DeviceNames(devices);
  std::string name = names[static_cast<size_t>(rank)];
  if (!name.empty()) return name;
  return InvalidArgumentError(
             fmt::format("the name of device {} of {} is empty in \"{}\"; two "
                         "of the CPU's are \"cpu,cpu\"",
                         rank + 1, names.size(), devices))
      .WithField(kField);
}

Status CheckOneOfBoth(const std::string& device, const std::string& devices) {
  if (device.empty() || devices.empty()) return Status();
  return InvalidArgumentError("give either `device` or `devices`, not both")
      .WithField(kField);
}

Result<std::vector<std::shared_ptr<Backend>>> MakeRankBackends(
    const DeviceOptions& options, const std::string& devices) {
  std::vector<std::shared_ptr<Backend>> backends;
  if (devices.empty()) {
    ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                             MakeBackend(options));
    backends.push_back(std::move(backend));
    return backends;
  }
  ALEXNET_RETURN_IF_ERROR(CheckOneOfBoth(options.device, devices));
  const int ranks = static_cast<int>(DeviceNames(devices).size());
  for (int rank = 0; rank < ranks; ++rank) {
    DeviceOptions of_rank = options;
    ALEXNET_ASSIGN_OR_RETURN(of_rank.device, DeviceOfRank(devices, rank));
    of_rank.threads = ThreadsOfRank(options.threads, rank, ranks);
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
