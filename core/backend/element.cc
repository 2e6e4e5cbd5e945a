#include "core/backend/element.h"

namespace alexnet {

int64_t ElementSize(ElementType type) {
  switch (type) {
    case ElementType::kF32:
      return 4;
    case ElementType::kF64:
    case ElementType::kI64:
      return 8;
    case ElementType::kF16:
    case ElementType::kBF16:
      return 2;
    case ElementType::kByte:
      return 1;
  }
  return 0;
}

ElementType ElementTypeOf(DType dtype) {
  switch (dtype) {
    case DType::kF32:
      return ElementType::kF32;
    case DType::kF16:
      return ElementType::kF16;
    case DType::kBF16:
      return ElementType::kBF16;
  }
  return ElementType::kByte;
}

}  // namespace alexnet
