// BlobMap: where the elements of an activation blob lie on the device.
//
// Channels are innermost (NHWC). With several towers, equal runs of channels,
// those are outermost: (tower, N, H, W, channels of a tower), so that each is a
// packed NHWC blob by itself. With a block above 1 there is one tower, and the
// blob is stored space to depth: each block x block square of pixels is one
// pixel of block * block * channels, (dy, dx, c) from the outside in, so that a
// first layer of three channels and stride `block` becomes one of many channels
// and stride 1. The squares start at (-pad_top, -pad_left); what lies outside
// is zero.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_BLOB_MAP_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_BLOB_MAP_H_

#include <cstdint>

#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/host_device.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

struct BlobMap {
  int32_t channels = 1;
  int32_t height = 1;
  int32_t width = 1;
  int32_t towers = 1;  // divides the channels
  int32_t block = 1;
  int32_t pad_top = 0;
  int32_t pad_left = 0;
  int32_t rows = 1;  // of blocks
  int32_t columns = 1;

  bool operator==(const BlobMap&) const = default;

  ALEXNET_HOST_DEVICE int32_t tower_channels() const {
    return channels / towers;
  }
  // A run: of one tower the pixels of one row of one block, which lie together.
  ALEXNET_HOST_DEVICE int64_t runs() const {  // of a sample
    return int64_t{towers} * rows * columns * block;
  }
  ALEXNET_HOST_DEVICE int32_t run_elements() const {
    return block * tower_channels();
  }
  ALEXNET_HOST_DEVICE int64_t elements() const {
    return runs() * run_elements();  // of a sample, padding included
  }
};

// A run's first pixel, which may lie outside, and its first channel.
struct RunPlace {
  int32_t channel;
  int32_t sample;
  int32_t y;
  int32_t x;
};

// Finds runs by number, counted through all samples.
class RunFinder {
 public:
  RunFinder(const BlobMap& map, int64_t batch)
      : map_(map),
        batch_(static_cast<uint32_t>(batch)),
        block_(static_cast<uint32_t>(map.block)),
        columns_(static_cast<uint32_t>(map.columns)),
        rows_(static_cast<uint32_t>(map.rows)) {}

  ALEXNET_HOST_DEVICE RunPlace Find(uint32_t run) const {
    uint32_t dy = run;
    uint32_t column = block_.Split(&dy);
    uint32_t row = columns_.Split(&column);
    uint32_t sample = rows_.Split(&row);
    const uint32_t tower = batch_.Split(&sample);
    const int32_t block = map_.block;
    return {static_cast<int32_t>(tower) * map_.tower_channels(),
            static_cast<int32_t>(sample),
            static_cast<int32_t>(row) * block + static_cast<int32_t>(dy) -
                map_.pad_top,
            static_cast<int32_t>(column) * block - map_.pad_left};
  }
  ALEXNET_HOST_DEVICE const BlobMap& map() const { return map_; }

 private:
  BlobMap map_;
  FastDivider batch_;
  FastDivider block_;
  FastDivider columns_;
  FastDivider rows_;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_BLOB_MAP_H_
