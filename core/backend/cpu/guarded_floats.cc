#include "core/backend/cpu/guarded_floats.h"

#include <algorithm>
#include <limits>

namespace alexnet::cpu {

GuardedFloats::GuardedFloats(int64_t size)
    : size_(size), memory_(size * static_cast<int64_t>(sizeof(float))) {
  std::fill_n(data(), size_, std::numeric_limits<float>::quiet_NaN());
}

void GuardedFloats::Randomize(PhiloxStream& random) {
  for (int64_t i = 0; i < size_; ++i) {
    data()[i] = 2.0f * random.Uniform() - 1.0f;
  }
}

}  // namespace alexnet::cpu
