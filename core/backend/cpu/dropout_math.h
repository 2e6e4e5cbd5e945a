// Dropout's mask, of units whose numbers follow one another.

#ifndef ALEXNET_CORE_BACKEND_CPU_DROPOUT_MATH_H_
#define ALEXNET_CORE_BACKEND_CPU_DROPOUT_MATH_H_

#include <cstdint>

#include "core/backend/update.h"

namespace alexnet::cpu {

struct DropoutMask {
  RandomState random;
  uint32_t layer = 0;
  float rate = 0.0f;  // below 1
};

// A run is units [64 i, 64 (i + 1)), whose words are drawn together.
constexpr int64_t kDropoutRun = 64;

// Units [first, first + count), of which the runs [begin, end), counted from
// that of `first`: out = in / (1 - rate) where the mask keeps a unit, else 0;
// may be in place.
void DropUnits(const DropoutMask& mask, int64_t first, int64_t count,
               int64_t begin, int64_t end, const float* in, float* out);

// Runs that units [first, first + count) lie in, wherever `first` is.
constexpr int64_t MostDropoutRuns(int64_t count) {
  return (count + kDropoutRun - 2) / kDropoutRun + 1;
}

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_DROPOUT_MATH_H_
