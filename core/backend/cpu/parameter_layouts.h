// How the CPU kernels want their parameters.

#ifndef ALEXNET_CORE_BACKEND_CPU_PARAMETER_LAYOUTS_H_
#define ALEXNET_CORE_BACKEND_CPU_PARAMETER_LAYOUTS_H_

#include <cstdint>
#include <memory>

#include "core/backend/kernel.h"
#include "core/tensor/tensor.h"

namespace alexnet::cpu {

// Row-major in `dtype`, as a model file holds it.
std::unique_ptr<ParameterLayout> MakeDenseLayout(const Shape& shape,
                                                 DType dtype = DType::kF32);

// Row-major integers of 8 bits, then, from QuantizedFactors on, each row's
// factor: its largest magnitude over 127, of which weights become the nearest
// multiples, halves away from zero. A row that is not finite has the factor
// NaN.
std::unique_ptr<ParameterLayout> MakeQuantizedLayout(int64_t rows,
                                                     int64_t columns);
const float* QuantizedFactors(const void* packed, int64_t rows,
                              int64_t columns);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_PARAMETER_LAYOUTS_H_
