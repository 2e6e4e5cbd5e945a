// Element types of tensors.

#ifndef ALEXNET_CORE_TENSOR_DTYPE_H_
#define ALEXNET_CORE_TENSOR_DTYPE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/host_device.h"

namespace alexnet {

// Numbers are those of the model file and never change.
enum class DType : int8_t { kF32 = 0, kF16 = 1, kBF16 = 2 };

const char* DTypeName(DType dtype);  // "f32", "f16", "bf16"
int64_t DTypeSize(DType dtype);      // bytes

// IEEE half and bfloat16, round to nearest even; NaN stays NaN, overflow
// becomes infinity. `from` and `to` have the same length.
uint16_t FloatToHalf(float value);
float HalfToFloat(uint16_t bits);
uint16_t FloatToBfloat16(float value);
float Bfloat16ToFloat(uint16_t bits);

// `count` elements of `dtype` at `from` widened to float, and back.
void WidenToFloat(DType dtype, const void* from, int64_t count, float* to);
void NarrowFromFloat(const float* from, int64_t count, DType dtype, void* to);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TENSOR_DTYPE_H_
