#include "core/infer/nearest.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace alexnet {
namespace {

double Distance(std::span<const float> a, const float* b) {
  double sum = 0.0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double difference = double{a[i]} - double{b[i]};
    sum += difference * difference;
  }
  // The difference to what is infinite would be infinite, which says nothing of
  // the other numbers.
  return std::isfinite(sum) ? std::sqrt(sum)
                            : std::numeric_limits<double>::quiet_NaN();
}

bool Nearer(const Neighbour& a, const Neighbour& b) {
  if (std::isnan(a.distance) != std::isnan(b.distance)) {
    return std::isnan(b.distance);
  }
  if (!std::isnan(a.distance) && a.distance != b.distance) {
    return a.distance < b.distance;
  }
  return a.index < b.index;
}

}  // namespace

Result<std::vector<Neighbour>> FindNearest(std::span<const float> rows,
                                           std::span<const float> query,
                                           size_t most) {
  if (query.empty()) {
    return InvalidArgumentError("must be at least 1, not 0").WithField("size");
  }
  if (rows.size() % query.size() != 0) {
    return InvalidArgumentError(
               fmt::format("{} floats are no whole number of rows of {}",
                           rows.size(), query.size()))
        .WithField("row_floats");
  }
  std::vector<Neighbour> nearest;
  for (size_t i = 0; i < rows.size() / query.size(); ++i) {
    nearest.push_back({static_cast<int64_t>(i),
                       Distance(query, rows.data() + i * query.size())});
  }
  most = std::min(most, nearest.size());
  std::partial_sort(nearest.begin(),
                    nearest.begin() + static_cast<std::ptrdiff_t>(most),
                    nearest.end(), Nearer);
  nearest.resize(most);
  return nearest;
}

}  // namespace alexnet
