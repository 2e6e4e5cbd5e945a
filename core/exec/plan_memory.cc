#include "core/exec/plan_memory.h"

#include <fmt/core.h>

#include <algorithm>

namespace alexnet {

Status CheckRoom(Device& device, int64_t bytes, int64_t batch) {
  int64_t free = device.FreeBytes();
  if (free < 0) return Status();
  // Left for what comes later: code that is loaded at first use, graphs.
  free -= std::min<int64_t>(free / 16, int64_t{256} << 20);
  if (bytes <= free) return Status();
  // Work spaces do not shrink with the batch as the rest does, and buffers do
  // not fill memory to the last byte.
  constexpr double kFilled = 0.9;
  const auto per_sample =
      static_cast<double>(bytes) / static_cast<double>(batch);
  const int64_t fits = std::min(
      static_cast<int64_t>(kFilled * static_cast<double>(free) / per_sample),
      batch - 1);
  constexpr double kMiB = 1024.0 * 1024.0;
  return OutOfMemoryError(
             fmt::format(
                 "a batch of {} needs {:.0f} MiB beside the parameters, for "
                 "activations, work space and input, and {:.0f} MiB are free "
                 "for that; {}",
                 batch, static_cast<double>(bytes) / kMiB,
                 static_cast<double>(free) / kMiB,
                 fits > 0 ? fmt::format("a batch of {} would fit", fits)
                          : "not even one sample would fit"))
      .WithField("batch");
}

}  // namespace alexnet
