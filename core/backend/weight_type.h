// WeightType: how the CPU keeps the weights of fully connected layers.

#ifndef ALEXNET_CORE_BACKEND_WEIGHT_TYPE_H_
#define ALEXNET_CORE_BACKEND_WEIGHT_TYPE_H_

#include <array>
#include <cstdint>

#include "core/base/enum_name.h"

namespace alexnet {

// BEGIN options: core.enum WeightType
// How the weights of fully connected layers are kept in memory.
enum class WeightType : int8_t {
  // IEEE 754 single.
  kF32 = 0,
  // IEEE 754 half.
  kF16 = 1,
  // bfloat16.
  kBF16 = 2,
  // Integers of 8 bits, each row of which has a factor in float32: the row's
  // largest magnitude over 127.
  kI8 = 3,
};
// END options
// BEGIN options: core.names WeightType
inline constexpr std::array kWeightTypeNames = {"f32", "f16", "bf16", "i8"};
// END options

inline const char* WeightTypeName(WeightType type) {
  return NameOf(kWeightTypeNames, type);
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_WEIGHT_TYPE_H_
