#include "tools/alexnet/tensor_difference.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>

namespace alexnet::cli {
namespace {

// Numbers that are as far apart as there are float32 numbers between them; both
// zeros are one.
int64_t Rank(float value) {
  const auto bits = std::bit_cast<int32_t>(value);
  return bits >= 0 ? bits : int64_t{INT32_MIN} - bits;
}

double Distance(float a, float b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0.0;
  const double distance = std::abs(double{a} - double{b});
  return std::isfinite(distance) ? distance
                                 : std::numeric_limits<double>::infinity();
}

}  // namespace

TensorDifference Difference(std::span<const float> a, std::span<const float> b,
                            int64_t rows) {
  TensorDifference result;
  double sum = 0.0, largest = 0.0;
  double dot = 0.0, a_square = 0.0, b_square = 0.0;
  const size_t row_size = a.size() / static_cast<size_t>(rows);
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    const int64_t before = result.different;
    for (size_t i = row * row_size; i < (row + 1) * row_size; ++i) {
      const double x = a[i], y = b[i];
      dot += x * y;
      a_square += x * x;
      b_square += y * y;
      if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
      if (std::isfinite(y)) largest = std::max(largest, std::abs(y));
      const double distance = Distance(a[i], b[i]);
      if (distance == 0.0) continue;
      ++result.different;
      sum += distance;
      result.max = std::max(result.max, distance);
      if (!std::isnan(x) && !std::isnan(y)) {
        result.ulps = std::max(result.ulps, std::abs(Rank(a[i]) - Rank(b[i])));
      }
    }
    if (result.different > before) {
      result.rows.push_back(static_cast<int64_t>(row));
    }
  }
  result.mean = sum / static_cast<double>(a.size());
  if (result.max > 0.0) {
    // Something differs, so that something is not zero; but it need not be
    // finite.
    result.relative = largest > 0.0 ? result.max / largest : result.max;
    result.cosine = dot / std::sqrt(a_square * b_square);
  }
  return result;
}

}  // namespace alexnet::cli
