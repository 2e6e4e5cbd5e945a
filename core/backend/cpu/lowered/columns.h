// What a band of pixels sees of the source, column by column: copies of it, and
// the way back for gradients. All on one thread.

#ifndef ALEXNET_CORE_BACKEND_CPU_LOWERED_COLUMNS_H_
#define ALEXNET_CORE_BACKEND_CPU_LOWERED_COLUMNS_H_

#include <cstdint>

#include "core/backend/cpu/lowered/geometry.h"

namespace alexnet::cpu {

// The columns that are laid out for a band, `step` floats apart (at least
// src_rows * pixel(blocks)), each (src_rows, pixel). `src` is of a sample's
// group; what lies outside of it is 0.
void GatherColumns(const ConvolutionGeometry& geometry, const PixelBand& band,
                   const BlockRange& blocks, int64_t step, const float* src,
                   float* columns);
// Adds them to the source's gradient where they were gathered from.
void ScatterColumns(const ConvolutionGeometry& geometry, const PixelBand& band,
                    const BlockRange& blocks, int64_t step,
                    const float* columns, float* src_gradient);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_LOWERED_COLUMNS_H_
