#include "core/base/philox.h"

#include <cmath>
#include <numbers>

namespace alexnet {

// Lemire, "Fast Random Integer Generation in an Interval" (ACM TOMACS 2019),
// algorithm 5: the high word of word * n is the draw; of the low words, the
// first 2^32 mod n would be hit once too often and are drawn again.
uint32_t PhiloxStream::Below(uint32_t n) {
  uint64_t product = static_cast<uint64_t>(NextWord()) * n;
  uint32_t low = static_cast<uint32_t>(product);
  if (low < n) {
    const uint32_t threshold = (0u - n) % n;  // 2^32 mod n
    while (low < threshold) {
      product = static_cast<uint64_t>(NextWord()) * n;
      low = static_cast<uint32_t>(product);
    }
  }
  return static_cast<uint32_t>(product >> 32);
}

// In double, so that the last-bit differences between math libraries vanish
// when the result is rounded to float.
float PhiloxStream::Normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double u = 1.0 - static_cast<double>(Uniform());  // (0, 1]
  const double v = Uniform();
  const double radius = std::sqrt(-2.0 * std::log(u));
  const double angle = 2.0 * std::numbers::pi * v;
  spare_ = static_cast<float>(radius * std::sin(angle));
  has_spare_ = true;
  return static_cast<float>(radius * std::cos(angle));
}

}  // namespace alexnet
