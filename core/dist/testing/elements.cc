#include "core/dist/testing/elements.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

namespace alexnet {
namespace {

// A float of `exponent_bits` and `mantissa_bits`, of which `value` is one.
uint16_t Encode(int64_t value, int exponent_bits, int mantissa_bits) {
  if (value == 0) return 0;
  const int sign = value < 0 ? 1 : 0;
  const auto magnitude = static_cast<double>(std::abs(value));
  const int exponent = std::ilogb(magnitude);
  const double fraction = std::ldexp(magnitude, -exponent) - 1;
  const int bias = (1 << (exponent_bits - 1)) - 1;
  return static_cast<uint16_t>(
      (sign << 15) | ((exponent + bias) << mantissa_bits) |
      static_cast<int>(std::ldexp(fraction, mantissa_bits)));
}

double Decode(uint16_t bits, int exponent_bits, int mantissa_bits) {
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const int exponent = (bits & 0x7FFF) >> mantissa_bits;
  const double fraction =
      std::ldexp(bits & ((1 << mantissa_bits) - 1), -mantissa_bits);
  const double magnitude = exponent == 0
                               ? std::ldexp(fraction, 1 - bias)
                               : std::ldexp(1 + fraction, exponent - bias);
  return bits >> 15 != 0 ? -magnitude : magnitude;
}

template <typename T>
T Load(const void* data, int64_t index) {
  T value;
  std::memcpy(&value, static_cast<const T*>(data) + index, sizeof(T));
  return value;
}

}  // namespace

int64_t ElementAt(int salt, int rank, int64_t index, ElementType type) {
  uint64_t bits = static_cast<uint64_t>(index) * 0x9E3779B97F4A7C15u +
                  static_cast<uint64_t>(rank * 1009 + salt * 7919 + 1);
  bits = (bits ^ (bits >> 29)) * 0xBF58476D1CE4E5B9u;
  bits ^= bits >> 32;
  const auto value = static_cast<int64_t>(bits % 201) - 100;
  return type == ElementType::kByte ? std::abs(value) : value;
}

std::vector<std::byte> MakeElements(int salt, int rank, int64_t begin,
                                    int64_t count, ElementType type) {
  const int64_t size = ElementSize(type);
  std::vector<std::byte> elements(static_cast<size_t>(count * size));
  const auto put = [&](int64_t index, auto value) {
    std::memcpy(elements.data() + index * size, &value, sizeof(value));
  };
  for (int64_t i = 0; i < count; ++i) {
    const int64_t value = ElementAt(salt, rank, begin + i, type);
    switch (type) {
      case ElementType::kF32:
        put(i, static_cast<float>(value));
        break;
      case ElementType::kF64:
        put(i, static_cast<double>(value));
        break;
      case ElementType::kF16:
        put(i, Encode(value, 5, 10));
        break;
      case ElementType::kBF16:
        put(i, Encode(value, 8, 7));
        break;
      case ElementType::kI64:
        put(i, value);
        break;
      case ElementType::kByte:
        put(i, static_cast<uint8_t>(value));
        break;
    }
  }
  return elements;
}

double ReadElement(const void* data, int64_t index, ElementType type) {
  switch (type) {
    case ElementType::kF32:
      return Load<float>(data, index);
    case ElementType::kF64:
      return Load<double>(data, index);
    case ElementType::kF16:
      return Decode(Load<uint16_t>(data, index), 5, 10);
    case ElementType::kBF16:
      return Decode(Load<uint16_t>(data, index), 8, 7);
    case ElementType::kI64:
      return static_cast<double>(Load<int64_t>(data, index));
    case ElementType::kByte:
      return Load<uint8_t>(data, index);
  }
  return 0;
}

double Tolerance(double magnitude, ElementType type) {
  // Half a step of the last bit; whole numbers are exact elsewhere.
  if (type == ElementType::kF16) return std::ldexp(magnitude, -11);
  if (type == ElementType::kBF16) return std::ldexp(magnitude, -8);
  return 0;
}

}  // namespace alexnet
