// Copies between blobs and the strips that a lowered convolution multiplies.
// All on one thread.

#ifndef ALEXNET_CORE_BACKEND_CPU_LOWERED_STRIPS_H_
#define ALEXNET_CORE_BACKEND_CPU_LOWERED_STRIPS_H_

#include <cstdint>

#include "core/backend/cpu/lowered/geometry.h"

namespace alexnet::cpu {

// The columns of the source that a strip sees, `step` floats apart (at least
// column(blocks)). `src` is of a sample's group; what lies outside of it is 0.
void GatherColumns(const ConvolutionGeometry& geometry, const PixelStrip& strip,
                   const BlockRange& blocks, int64_t step, const float* src,
                   float* columns);
// Adds them to the source's gradient where they were gathered from.
void ScatterColumns(const ConvolutionGeometry& geometry,
                    const PixelStrip& strip, const BlockRange& blocks,
                    int64_t step, const float* columns, float* src_gradient);

// `dst` and `gradient` are of a sample's group. Where `dst` is not null, the
// gradient is 0 where it is 0 or less: the ReLU's. To (pixels,
// padded_filters), with zeros for filters that are none.
void GatherGradient(const ConvolutionGeometry& geometry,
                    const PixelStrip& strip, const float* dst,
                    const float* gradient, float* to);

// Adds the rows of (pixels, filters) to `sums`, added up first. Filters are a
// multiple of 16.
void AddPixels(const float* gradient, int64_t pixels, int64_t filters,
               float* sums);

// Sums (panels, kStrip, panel) to a sample's group in `dst`, with each filter's
// `bias` (null: none).
void StoreOutputs(const ConvolutionGeometry& geometry, const PixelStrip& strip,
                  const float* sums, const float* bias, bool relu, float* dst);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_LOWERED_STRIPS_H_
