#include "core/exec/plan_memory.h"

#include <fmt/format.h>

namespace alexnet {

Result<AlignedBuffer> AllocateArena(Device& device, int64_t bytes,
                                    int64_t batch) {
  auto arena = device.Allocate(bytes, /*zero=*/false);
  if (arena.ok() || arena.status().code() != StatusCode::kOutOfMemory) {
    return arena;
  }
  const int64_t free = device.FreeBytes();
  if (free < 0) return arena;
  // Blobs grow with the batch; what does not is small beside them.
  const int64_t fits = static_cast<int64_t>(static_cast<double>(free) /
                                            static_cast<double>(bytes) *
                                            static_cast<double>(batch));
  constexpr double kMiB = 1024.0 * 1024.0;
  return OutOfMemoryError(
             fmt::format(
                 "a batch of {} needs {:.0f} MiB for activations and work "
                 "space, and {:.0f} MiB are free; {}",
                 batch, static_cast<double>(bytes) / kMiB,
                 static_cast<double>(free) / kMiB,
                 fits > 0 ? fmt::format("a batch of {} would fit", fits)
                          : "not even one sample would fit"))
      .WithField("batch");
}

}  // namespace alexnet
