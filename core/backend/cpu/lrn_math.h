// The loops of local response normalization; lrn.cc has the formulas.

#ifndef ALEXNET_CORE_BACKEND_CPU_LRN_MATH_H_
#define ALEXNET_CORE_BACKEND_CPU_LRN_MATH_H_

#include <cstdint>

namespace alexnet::cpu {

struct LrnMath {
  int64_t size = 5;
  float a = 0;  // alpha, divided by the window where the layer says so
  float k = 1;
  float beta = 0.75f;
  int64_t groups = 1;  // across: runs of channels that keep to themselves
};

// Positions whose lines are worked on together: enough that what one loop has
// stored is in the cache when the next one loads it.
inline constexpr int64_t kLrnTile = 16;

// `positions` (at most kLrnTile) neighbours of one sample, channels in blocks
// of `block` that lie `block_stride` floats apart.
struct LrnTile {
  int64_t channels = 0;
  int64_t block = 1;
  int64_t block_stride = 0;
  int64_t positions = 0;
};

// Floats of scratch.
int64_t AcrossScratch(int64_t channels, const LrnMath& math);
// `x`, `g` and `out` point to the tile's first float. Without `g` forward, with
// it backward.
void LrnAcross(const LrnTile& tile, const LrnMath& math, const float* x,
               const float* g, float* out, float* scratch);

// One plane (height, width, block).
struct LrnPlane {
  int64_t height = 0;
  int64_t width = 0;
  int64_t block = 1;
};

int64_t WithinScratch(int64_t height, int64_t width, int64_t block);
void LrnWithin(const LrnPlane& plane, const LrnMath& math, const float* x,
               const float* g, float* out, float* scratch);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_LRN_MATH_H_
