// Element types of tensors.

#ifndef ALEXNET_CORE_TENSOR_DTYPE_H_
#define ALEXNET_CORE_TENSOR_DTYPE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/enum_name.h"
#include "core/base/host_device.h"

namespace alexnet {

// Numbers are those of the model file and never change.
// BEGIN options: core.enum DType
// Element types; in files little endian.
enum class DType : int8_t {
  // IEEE 754 single.
  kF32 = 0,
  // IEEE 754 half.
  kF16 = 1,
  // bfloat16.
  kBF16 = 2,
};
// END options
// BEGIN options: core.names DType
inline constexpr std::array kDTypeNames = {"f32", "f16", "bf16"};
// END options

inline const char* DTypeName(DType dtype) { return NameOf(kDTypeNames, dtype); }
int64_t DTypeSize(DType dtype);  // bytes

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
