// Types of the elements that ranks exchange, in any device's memory.

#ifndef ALEXNET_CORE_BACKEND_ELEMENT_H_
#define ALEXNET_CORE_BACKEND_ELEMENT_H_

#include <array>
#include <cstdint>

#include "core/base/enum_name.h"
#include "core/tensor/dtype.h"

namespace alexnet {

// Between processes of one build: the numbers are in no file.
enum class ElementType : int8_t {
  kF32 = 0,
  kF64 = 1,
  kF16 = 2,   // summed in float32, rounded once
  kBF16 = 3,  // likewise
  kI64 = 4,   // sums wrap around
  kByte = 5,  // not summed
};
inline constexpr std::array kElementTypeNames = {"f32",  "f64", "f16",
                                                 "bf16", "i64", "byte"};

inline const char* ElementTypeName(ElementType type) {
  return NameOf(kElementTypeNames, type);
}
int64_t ElementSize(ElementType type);  // bytes
ElementType ElementTypeOf(DType dtype);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_ELEMENT_H_
