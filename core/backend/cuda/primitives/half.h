// IEEE float16 on the device.

#ifndef ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_HALF_H_
#define ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_HALF_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/primitives/number.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/host_device.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// By its bits. Arithmetic is in float.
struct Half {
  uint16_t bits;
};

ALEXNET_HOST_DEVICE inline float ToFloat(Half value) {
  const uint32_t sign = static_cast<uint32_t>(value.bits & 0x8000u) << 16;
  const uint32_t magnitude = value.bits & 0x7fffu;
  if (magnitude >= 0x7c00u) {  // infinity and NaN
    return FromBits(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  }
  if (magnitude < 0x400u) {  // steps of 2^-24
    const float small = static_cast<float>(magnitude) * 0x1p-24f;
    return sign != 0 ? -small : small;
  }
  return FromBits(sign | ((magnitude << 13) + 0x38000000u));
}

// Rounds to nearest even; NaN stays NaN.
template <>
ALEXNET_HOST_DEVICE inline Half FromFloat<Half>(float value) {
  const uint32_t bits = ToBits(value);
  const uint32_t sign = bits >> 16 & 0x8000u;
  uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude > 0x7f800000u) {
    return {static_cast<uint16_t>(sign | 0x7e00u)};
  }
  if (magnitude >= 0x477ff000u) {  // rounds to more than the largest
    return {static_cast<uint16_t>(sign | 0x7c00u)};
  }
  if (magnitude < 0x38800000u) {
    // Beside 0.5 a float has steps of 2^-24, too.
    magnitude = ToBits(FromBits(magnitude) + 0.5f) - 0x3f000000u;
  } else {
    magnitude += 0xfffu + (magnitude >> 13 & 1u);
    magnitude = (magnitude - 0x38000000u) >> 13;
  }
  return {static_cast<uint16_t>(sign | magnitude)};
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_HALF_H_
