// The rule of the ABI's structs that begin with struct_size: a caller's may be
// shorter (an older caller) or longer (a newer one) than the library's.

#ifndef ALEXNET_CAPI_STRUCT_SIZE_H_
#define ALEXNET_CAPI_STRUCT_SIZE_H_

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "core/base/status.h"

namespace alexnet::capi {

// Zeroes `size` bytes and sets struct_size.
void InitStruct(void* given, size_t size);

// Refuses a size that no version of struct `name` ever had, and bytes beyond
// `known` that are not zero. `given` is not null.
Status CheckStruct(const void* given, size_t known, const char* name);

// The caller's options as this library knows them; null gives zeros.
template <typename T>
Result<T> ReadStruct(const T* given, const char* name) {
  T known{};
  if (given != nullptr) {
    ALEXNET_RETURN_IF_ERROR(CheckStruct(given, sizeof(T), name));
    std::memcpy(&known, given, std::min(sizeof(T), given->struct_size));
  }
  known.struct_size = sizeof(T);
  return known;
}

// For structs that the library fills. Null is refused.
template <typename T>
Status CheckFillable(const T* given, const char* name) {
  if (given == nullptr) {
    return InvalidArgumentError("must not be NULL").WithField(name);
  }
  return CheckStruct(given, sizeof(size_t) + SIZE_MAX / 2, name);
}

// Fills as much of the caller's struct as it has; the rest stays zero.
template <typename T>
Status FillStruct(const T& value, T* given, const char* name) {
  ALEXNET_RETURN_IF_ERROR(CheckFillable(given, name));
  const size_t size = given->struct_size;
  std::memcpy(given, &value, std::min(sizeof(T), size));
  given->struct_size = size;
  return Status();
}

// The same where the caller may not want it.
template <typename T>
Status FillOptional(const T& value, T* given, const char* name) {
  return given == nullptr ? Status() : FillStruct(value, given, name);
}
template <typename T>
Status CheckOptional(const T* given, const char* name) {
  return given == nullptr ? Status() : CheckFillable(given, name);
}

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_STRUCT_SIZE_H_
