// Matrix times few vectors, bound by reading the matrix: fully connected layers
// at small batches.

#ifndef ALEXNET_CORE_BACKEND_CPU_GEMV_H_
#define ALEXNET_CORE_BACKEND_CPU_GEMV_H_

#include <cstdint>

#include "core/backend/weight_type.h"

namespace alexnet::cpu {

// Vectors that are worked on at once; more are worked on in turns.
inline constexpr int64_t kGemvVectors = 4;

struct GemvArgs {
  const void* matrix = nullptr;        // (rows, columns), row-major
  WeightType type = WeightType::kF32;  // of the matrix; sums are float32
  const float* factors = nullptr;      // of kI8's rows
  int64_t rows = 0;
  int64_t columns = 0;
  const float* bias = nullptr;     // (rows), or null
  const float* vectors = nullptr;  // (count, columns)
  int64_t count = 0;
  float* out = nullptr;  // (count, rows)
  bool relu = false;
};

// out = vectors * matrix^T + bias, on the current team.
void Gemv(const GemvArgs& args);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_GEMV_H_
