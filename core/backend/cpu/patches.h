// A first convolution of few channels and stride 4 as one of stride 1 over
// patches: a 4x4 patch of one channel becomes 16 channels of one pixel.

#ifndef ALEXNET_CORE_BACKEND_CPU_PATCHES_H_
#define ALEXNET_CORE_BACKEND_CPU_PATCHES_H_

#include <cstdint>

#include "core/backend/format.h"
#include "core/network/network.h"
#include "core/tensor/tensor.h"

namespace alexnet::cpu {

inline constexpr int64_t kPatch = 4;
inline constexpr int64_t kPatchArea = kPatch * kPatch;

// The convolution of stride 1 and its shapes at batch 1.
struct PatchGeometry {
  PatchGeometry(const Convolution& plain, const LayerShapes& plain_shapes);

  Convolution convolution;
  LayerShapes shapes;
};

// (O, C, kH, kW) to (O, 16 C, ceil(kH / 4), ceil(kW / 4)). The channel
// of row dy and column dx of channel c's patch is 16 c + 4 dy + dx.
class WeightPatches {
 public:
  WeightPatches(const Shape& weight, const PatchGeometry& geometry);

  const Shape& shape() const { return shape_; }
  int64_t elements() const { return shape_.elements(); }
  // Zeros where the plain weights have no row or column.
  void ToPatches(const float* weight, float* patches) const;

 private:
  const Shape weight_;
  const Shape shape_;
};

// Pictures (N, C, H, W), padded as `window` says, to a blob of `patches`, whose
// blocks hold at least a row of a patch. What lies outside is zero.
void FillPatches(const Window& window, const Shape& pictures,
                 const Format& patches, const float* src, float* blob);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_PATCHES_H_
