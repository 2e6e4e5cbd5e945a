// Computers: what plans of a model compute on.

#ifndef ALEXNET_CORE_INFER_COMPUTERS_H_
#define ALEXNET_CORE_INFER_COMPUTERS_H_

#include <cstdint>
#include <string>

#include "core/base/status.h"
#include "core/devices/device_options.h"
#include "core/parallel/parallel_options.h"
#include "core/parallel/rank_predictor.h"

namespace alexnet {

struct ComputersOptions : DeviceOptions {
  // Several devices, in place of `device`, names with commas between, and how
  // they divide the network.
  std::string devices;
  ParallelKind parallel = ParallelKind::kData;
};

// One device, or several whose ranks work together. Plans may share them, one
// at a time.
struct Computers {
  PredictionRanks ranks;  // of one device without a team
  ParallelKind parallel = ParallelKind::kData;

  bool several() const { return ranks.team != nullptr; }
  // Of a plan on them.
  int64_t least_batch() const;
  // "cpu,cpu"
  std::string names() const;
  int threads() const;
};

// Refuses what MakeRankBackends does, and a way to divide a network that no
// `devices` are given to. Threads are divided among the devices.
Result<Computers> MakeComputers(const ComputersOptions& options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_COMPUTERS_H_
