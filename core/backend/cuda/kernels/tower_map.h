// TowerMap: where the channels of a blob's pixels lie, of a blob that is not
// stored space to depth: (tower, row, channel of the tower). Rows are the
// pixels of all samples.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_TOWER_MAP_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_TOWER_MAP_H_

#include <cstdint>

#include "core/backend/cuda/primitives/fast_divider.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/host_device.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

class TowerMap {
 public:
  TowerMap() = default;
  // `towers` divides `channels`; rows * channels < 2^63.
  TowerMap(int64_t rows, int64_t channels, int64_t towers)
      : rows_(rows),
        towers_(static_cast<int32_t>(towers)),
        tower_(static_cast<uint32_t>(channels / towers)) {}

  int64_t rows() const { return rows_; }
  int32_t towers() const { return towers_; }
  int64_t channels() const { return int64_t{towers_} * tower_channels(); }
  int64_t elements() const { return rows_ * channels(); }
  bool InSame(const TowerMap& other) const { return towers_ == other.towers_; }

  ALEXNET_HOST_DEVICE int32_t tower_channels() const {
    return static_cast<int32_t>(tower_.divisor());
  }
  // Where channel `c` of a row lies; what follows it in its tower follows it.
  ALEXNET_HOST_DEVICE int64_t At(int64_t row, uint32_t c) const {
    const uint32_t tower = tower_.Split(&c);
    return (tower * rows_ + row) * tower_channels() + c;
  }

 private:
  int64_t rows_ = 0;
  int32_t towers_ = 1;
  FastDivider tower_;
};

// The rows of one map from the first tower's to the last's, so that what a
// kernel writes lies in the order of its threads.
class TowerRows {
 public:
  TowerRows() = default;
  // `vector` channels at a time; it divides a tower's.
  TowerRows(const TowerMap& map, int vector)
      : vectors_(static_cast<uint32_t>(map.tower_channels() / vector)),
        rows_(static_cast<uint32_t>(map.rows())) {}

  struct Place {
    int64_t row;
    uint32_t channel;
  };
  // Of the i-th vector.
  ALEXNET_HOST_DEVICE Place Find(uint32_t i, int vector) const {
    uint32_t place = i;
    uint32_t row = vectors_.Split(&place);
    const uint32_t tower = rows_.Split(&row);
    return {row, (tower * vectors_.divisor() + place) *
                     static_cast<uint32_t>(vector)};
  }

 private:
  FastDivider vectors_;
  FastDivider rows_;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_TOWER_MAP_H_
