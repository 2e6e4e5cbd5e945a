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

// What is between the commas.
std::vector<std::string> NamesOf(const std::string& devices) {
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

Result<std::vector<std::shared_ptr<Backend>>> MakeRankBackends(
    const TrainOptions& options) {
  std::vector<std::shared_ptr<Backend>> backends;
  if (options.devices.empty()) {
    ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                             MakeBackend(options));
    backends.push_back(std::move(backend));
    return backends;
  }
  if (!options.device.empty()) {
    return InvalidArgumentError("give either `device` or `devices`, not both")
        .WithField(kField);
  }
  const std::vector<std::string> names = NamesOf(options.devices);
  const int ranks = static_cast<int>(names.size());
  for (int rank = 0; rank < ranks; ++rank) {
    DeviceOptions of_rank = options;
    of_rank.device = names[static_cast<size_t>(rank)];
    of_rank.threads = ThreadsOfRank(options.threads, rank, ranks);
    if (of_rank.device.empty()) {
      return InvalidArgumentError(
                 fmt::format("the name of device {} of {} is empty in \"{}\"; "
                             "two of the CPU's are \"cpu,cpu\"",
                             rank + 1, ranks, options.devices))
          .WithField(kField);
    }
    auto backend = MakeBackend(of_rank);
    if (!backend.ok()) return OfDevices(backend.status());
    if (ranks > 1 && !(*backend)->device().is_host()) {
      return UnsupportedError(
                 fmt::format("{} cannot exchange yet what it computes with "
                             "other devices; give it alone, or \"cpu\"",
                             (*backend)->name()))
          .WithField(kField);
    }
    backends.push_back(*std::move(backend));
  }
  return backends;
}

}  // namespace alexnet
