// Memory for tests of loops: what is read or written past its end is found.

#ifndef ALEXNET_CORE_BACKEND_CPU_GUARDED_FLOATS_H_
#define ALEXNET_CORE_BACKEND_CPU_GUARDED_FLOATS_H_

#include <cstddef>
#include <cstdint>

#include "core/backend/testing/guarded_memory.h"
#include "core/base/philox.h"

namespace alexnet::cpu {

// `size` floats in GuardedMemory, NaN at first.
class GuardedFloats {
 public:
  explicit GuardedFloats(int64_t size);

  void Randomize(PhiloxStream& random);
  float* data() { return reinterpret_cast<float*>(memory_.data()); }
  float& operator[](int64_t i) { return data()[i]; }

 private:
  const int64_t size_;
  const testing::GuardedMemory memory_;
};

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_GUARDED_FLOATS_H_
