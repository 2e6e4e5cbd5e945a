// What is done in a device's memory when ranks exchange what they computed.

#ifndef ALEXNET_CORE_BACKEND_RANK_MEMORY_H_
#define ALEXNET_CORE_BACKEND_RANK_MEMORY_H_

#include <cstdint>
#include <span>

#include "core/backend/element.h"

namespace alexnet {

// ((in[0] + in[1]) + in[2]) + ..., `count` elements of each, to every one of
// `out`; of one input, a copy. An output may be an input. Memory may be other
// devices', where this one reaches it.
struct RankSum {
  static constexpr int kMost = 16;  // inputs, and outputs

  ElementType type = ElementType::kF32;
  std::span<const void* const> in;
  std::span<void* const> out;
  int64_t count = 0;
};

// to[i] += from[i], of `count` elements that lie in the device's memory, as
// RankSum adds.
struct Addition {
  ElementType type = ElementType::kF32;
  const void* from = nullptr;
  void* to = nullptr;
  int64_t count = 0;
};

// Rows of float32 that lie apart, to where others do; both of the device.
struct RowMove {
  int64_t rows = 0;
  int64_t columns = 0;
  const float* from = nullptr;
  int64_t from_stride = 0;  // elements from a row to the next
  float* to = nullptr;
  int64_t to_stride = 0;
  bool add = false;  // to what is there
};

// In the host's memory.
void MoveRowsOnHost(const RowMove& move);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_RANK_MEMORY_H_
