// What kernels by a lowered convolution have in common: their blobs' formats
// and their weights' layout.

#ifndef ALEXNET_CORE_BACKEND_CPU_LOWERED_OPERANDS_H_
#define ALEXNET_CORE_BACKEND_CPU_LOWERED_OPERANDS_H_

#include <cstdint>
#include <memory>

#include "core/backend/cpu/lowered/geometry.h"
#include "core/backend/format.h"
#include "core/backend/kernel.h"
#include "core/network/network.h"

namespace alexnet::cpu {

// The source as it is offered, or dense where blocks hold channels of two
// groups or no whole vectors.
Format LoweredSource(const Format& offered, int64_t groups);
// Blocked where blocks hold filters of one group.
Format LoweredOutput(const Shape& shape, int64_t groups);

ConvolutionGeometry GeometryOf(const Convolution& convolution,
                               const ResolvedWindow& window, const Format& src,
                               const Format& dst);

// Weights (groups * filters, channels, kH, kW) in panels.
std::unique_ptr<ParameterLayout> MakePanelLayout(
    const ConvolutionGeometry& geometry);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_LOWERED_OPERANDS_H_
