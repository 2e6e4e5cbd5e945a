// Where channels lie in blobs that keep `block` of them together: (N,
// C / block, H, W, block), of which dense is the case block = 1.

#ifndef ALEXNET_CORE_BACKEND_CPU_PLANES_H_
#define ALEXNET_CORE_BACKEND_CPU_PLANES_H_

#include <cstdint>

namespace alexnet::cpu {

// Channels that blobs keep together where these are a multiple: a vector, or
// two of x86-64-v2, of UsedInstructionSet.
int64_t VectorBlock();

// The first of a channel's `area` pixels, which are `block` elements apart.
// Channels are counted through all samples; blocks divide those of one.
constexpr int64_t PlaneOf(int64_t channel, int64_t block, int64_t area) {
  return channel / block * block * area + channel % block;
}

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_PLANES_H_
