// RunTrainingJob: a job on one rank, or on several that are threads.

#include <optional>
#include <utility>
#include <vector>

#include "core/devices/rank_devices.h"
#include "core/dist/device_group.h"
#include "core/dist/rank_group.h"
#include "core/train/follow_training.h"
#include "core/train/training_job.h"
#include "core/train/training_loop.h"

namespace alexnet {
namespace {

RankDevice DeviceOf(Backend& backend) {
  return {backend.computer().device, backend.threads()};
}

// By rank.
Result<std::vector<TrainingJob>> JobsOf(TrainingJob job) {
  const int ranks = 1 + static_cast<int>(job.other_backends.size());
  job.rank_devices = {DeviceOf(*job.backend)};
  for (const auto& other : job.other_backends) {
    job.rank_devices.push_back(DeviceOf(*other));
  }
  const int threads = job.options.loader_threads;
  std::vector<std::shared_ptr<Backend>> backends = {job.backend};
  backends.insert(backends.end(), job.other_backends.begin(),
                  job.other_backends.end());
  ALEXNET_ASSIGN_OR_RETURN(auto group, CreateDeviceGroup(backends));
  std::vector<TrainingJob> jobs(static_cast<size_t>(ranks), job);
  for (int rank = 0; rank < ranks; ++rank) {
    TrainingJob& of_rank = jobs[static_cast<size_t>(rank)];
    of_rank.options.loader_threads = ThreadsOfRank(threads, rank, ranks);
    of_rank.backend = backends[static_cast<size_t>(rank)];
    of_rank.over_device = std::move(group[static_cast<size_t>(rank)]);
  }
  return jobs;
}

}  // namespace

Result<TrainSummary> RunTrainingJob(TrainingJob job, TrainingListener& listener,
                                    const Interrupt& interrupt) {
  if (job.other_backends.empty()) {
    return TrainingLoop(std::move(job), listener, interrupt, nullptr).Run();
  }
  ALEXNET_ASSIGN_OR_RETURN(std::vector<TrainingJob> jobs,
                           JobsOf(std::move(job)));
  std::optional<Result<TrainSummary>> summary;
  const auto run = [&](Communicator& comm) -> Status {
    TrainingJob& of_rank = jobs[static_cast<size_t>(comm.rank())];
    if (comm.rank() != 0) {
      return FollowTraining(std::move(of_rank), interrupt, comm).status();
    }
    summary =
        TrainingLoop(std::move(of_rank), listener, interrupt, &comm).Run();
    return summary->status();
  };
  const Status status = RunLocalRanks(static_cast<int>(jobs.size()), {}, run);
  // What rank 0 tells of a failure says more: how to go on.
  if (summary.has_value() && !summary->ok()) return *std::move(summary);
  if (!status.ok()) return status;
  return *std::move(summary);
}

}  // namespace alexnet
