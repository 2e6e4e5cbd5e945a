// Copies between blobs of a convolution's output and what is multiplied. All on
// one thread.

#ifndef ALEXNET_CORE_BACKEND_CPU_LOWERED_OUTPUTS_H_
#define ALEXNET_CORE_BACKEND_CPU_LOWERED_OUTPUTS_H_

#include <cstdint>

#include "core/backend/cpu/lowered/geometry.h"

namespace alexnet::cpu {

// `dst` and `gradient` are of a sample's group. Where `dst` is not null, the
// gradient is 0 where it is 0 or less: the ReLU's. To (pixels,
// padded_filters), with zeros for filters that are none.
void GatherGradient(const ConvolutionGeometry& geometry, const PixelRun& run,
                    const float* dst, const float* gradient, float* to);

// Adds the rows of (pixels, filters) to `sums`, added up first. Filters are a
// multiple of 16.
void AddPixels(const float* gradient, int64_t pixels, int64_t filters,
               float* sums);

// Sums (panels, pixels, panel), of which panels are `panel_step` floats apart,
// to a sample's group in `dst`, with each filter's `bias` (null: none).
void StoreOutputs(const ConvolutionGeometry& geometry, const PixelRun& run,
                  const float* sums, int64_t panel_step, const float* bias,
                  bool relu, float* dst);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_LOWERED_OUTPUTS_H_
