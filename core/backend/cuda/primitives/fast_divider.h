// FastDivider: division of 31-bit numbers by one that is known before the
// kernel starts, as a multiplication and a shift (Granlund and Montgomery,
// "Division by Invariant Integers using Multiplication", PLDI 1994).

#ifndef ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_FAST_DIVIDER_H_
#define ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_FAST_DIVIDER_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/host_device.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

class FastDivider {
 public:
  FastDivider() = default;
  // 1 <= divisor < 2^31.
  explicit FastDivider(uint32_t divisor) : divisor_(divisor) {
    while ((uint64_t{1} << shift_) < divisor) ++shift_;
    multiplier_ = static_cast<uint32_t>(
        ((uint64_t{1} << 32) * ((uint64_t{1} << shift_) - divisor)) / divisor +
        1);
  }

  // n < 2^31.
  ALEXNET_HOST_DEVICE uint32_t Quotient(uint32_t n) const {
#ifdef __CUDA_ARCH__
    const uint32_t high = __umulhi(n, multiplier_);
#else
    const uint32_t high =
        static_cast<uint32_t>((static_cast<uint64_t>(n) * multiplier_) >> 32);
#endif
    return (high + n) >> shift_;
  }
  // The quotient; `*n` becomes the remainder.
  ALEXNET_HOST_DEVICE uint32_t Split(uint32_t* n) const {
    const uint32_t quotient = Quotient(*n);
    *n -= quotient * divisor_;
    return quotient;
  }
  ALEXNET_HOST_DEVICE uint32_t divisor() const { return divisor_; }

 private:
  uint32_t divisor_ = 1;
  uint32_t multiplier_ = 1;
  uint32_t shift_ = 0;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_FAST_DIVIDER_H_
