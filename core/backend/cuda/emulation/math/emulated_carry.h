// What ranks do together on the emulated GPU.

#ifndef ALEXNET_CORE_BACKEND_CUDA_EMULATION_MATH_EMULATED_CARRY_H_
#define ALEXNET_CORE_BACKEND_CUDA_EMULATION_MATH_EMULATED_CARRY_H_

#include <cstdint>
#include <vector>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/element.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME::links {

enum class Kind : int8_t { kAllReduce, kAllGather, kReduceScatter, kBroadcast };

struct Call {
  Kind kind = Kind::kAllReduce;
  const void* in = nullptr;
  void* out = nullptr;
  int64_t count = 0;
  ElementType type = ElementType::kF32;
  int root = 0;

  int64_t bytes() const { return count * ElementSize(type); }
  // Those that do not fit wait for ever, as on GPUs.
  bool Fits(const Call& other) const {
    return kind == other.kind && count == other.count && type == other.type &&
           root == other.root;
  }
};

// `bytes` may be none, and then pointers null.
void Copy(const void* from, int64_t bytes, void* to);

// Those of all ranks, by rank. Sums are from the last rank to the first, so
// that whoever counts on the order of ranks is found.
void Carry(const std::vector<Call>& calls);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME::links

#endif  // ALEXNET_CORE_BACKEND_CUDA_EMULATION_MATH_EMULATED_CARRY_H_
