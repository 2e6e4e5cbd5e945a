// One .npy array: a header that is a Python literal, then the elements.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_ARRAY_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_ARRAY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/convert/model/tensor.h"

namespace alexnet::convert::numpy {

struct ArrayHeader {
  std::string descr;  // "<f4"; "|O" for Python objects
  bool fortran_order = false;
  Extents shape;  // empty: a scalar
  Bytes data;     // all that follows
};

bool LooksLikeArray(Bytes file);

// Throws Damaged(`where`).
ArrayHeader ReadArrayHeader(Bytes file, const std::string& where);

// Of a NumPy type code without its byte order; nothing for whole numbers and
// the like. Throws Unsupported for big-endian numbers.
std::optional<ElementType> TypeOf(std::string_view descr,
                                  const std::string& where);

// The array as a tensor in its own order of axes; rank at least 1.
Tensor TensorOf(const ArrayHeader& header, ElementType type, std::string name,
                std::shared_ptr<const void> owner);

// "<f4".
const char* DescrOf(ElementType type);

// A version 1 header of a C-order array, padded to 64 bytes.
std::string EncodeArrayHeader(std::string_view descr, const Extents& shape);

}  // namespace alexnet::convert::numpy

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_NUMPY_ARRAY_H_
