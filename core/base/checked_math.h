// Arithmetic on sizes that come from a file or a caller.

#ifndef ALEXNET_CORE_BASE_CHECKED_MATH_H_
#define ALEXNET_CORE_BASE_CHECKED_MATH_H_

#include <optional>

namespace alexnet {

template <typename T>
std::optional<T> CheckedAdd(T a, T b) {
  T sum;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

template <typename T>
std::optional<T> CheckedMul(T a, T b) {
  T product;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// `value` rounded up to a multiple of `alignment` (> 0).
template <typename T>
constexpr T RoundUp(T value, T alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_CHECKED_MATH_H_
