// Statistics over a data set, on many threads.

#ifndef ALEXNET_CORE_DATA_STATISTICS_H_
#define ALEXNET_CORE_DATA_STATISTICS_H_

#include <cstdint>
#include <functional>
#include <span>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/color_statistics.h"
#include "core/data/dataset.h"
#include "core/data/decode.h"
#include "core/data/quarantine.h"
#include "core/preprocess/spec.h"

namespace alexnet {

struct StatisticsOptions {
  int threads = 0;  // 0: AvailableCpus()
  int64_t max_pixels = kDefaultMaxPixels;
  QuarantineOptions quarantine;
  // Called now and then, on the calling thread.
  std::function<void(int64_t done, int64_t total)> progress;
};

// Over the samples `indices` of `dataset` after the resize rule and a centre
// crop to resize x resize (kNone: the crop's size), so over what random crops
// are taken from. Broken pictures are left out, within the quarantine's limit.
Result<ColorStatistics> ComputeStatistics(const Dataset& dataset,
                                          std::span<const int64_t> indices,
                                          const Preprocessing& preprocessing,
                                          const StatisticsOptions& options,
                                          const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_STATISTICS_H_
