// How far two tensors are apart.

#ifndef ALEXNET_TOOLS_ALEXNET_TENSOR_DIFFERENCE_H_
#define ALEXNET_TOOLS_ALEXNET_TENSOR_DIFFERENCE_H_

#include <cstdint>
#include <span>
#include <vector>

namespace alexnet::cli {

// Computed in float64. A NaN equals a NaN; what stands against a NaN, or an
// infinity against anything but itself, is infinitely far from it.
struct TensorDifference {
  double max = 0.0;       // of |a - b|
  double mean = 0.0;      // likewise
  double relative = 0.0;  // max over the largest finite |a| or |b|; 0 for zeros
  double cosine = 1.0;    // of the angle; NaN where one of them alone is zero
  int64_t ulps = 0;       // most float32 numbers between a and b
  int64_t different = 0;  // elements
  // Rows along the first axis that differ, in order.
  std::vector<int64_t> rows;
};

// Two tensors of one shape, of `rows` equal rows.
TensorDifference Difference(std::span<const float> a, std::span<const float> b,
                            int64_t rows);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TENSOR_DIFFERENCE_H_
