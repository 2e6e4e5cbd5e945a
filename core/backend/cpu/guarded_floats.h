// Memory for tests of loops: what is read or written past its end is found.

#ifndef ALEXNET_CORE_BACKEND_CPU_GUARDED_FLOATS_H_
#define ALEXNET_CORE_BACKEND_CPU_GUARDED_FLOATS_H_

#include <cstddef>
#include <cstdint>

#include "core/base/philox.h"

namespace alexnet::cpu {

// `size` floats, NaN at first, the last of which ends where a page begins that
// must not be touched.
class GuardedFloats {
 public:
  explicit GuardedFloats(int64_t size);
  ~GuardedFloats();
  GuardedFloats(const GuardedFloats&) = delete;
  GuardedFloats& operator=(const GuardedFloats&) = delete;

  void Randomize(PhiloxStream& random);
  float* data() { return data_; }
  float& operator[](int64_t i) { return data_[i]; }

 private:
  const size_t size_;
  size_t bytes_ = 0;
  std::byte* start_ = nullptr;
  float* data_ = nullptr;
};

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_GUARDED_FLOATS_H_
