// Histogram: how often values lie where.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_HISTOGRAM_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_HISTOGRAM_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tools/alexnet/page/html.h"

namespace alexnet::cli {

// Of equally wide bins from `low` to `high`; a value between two bins is in the
// upper one, `high` itself in the last. Of what is finite.
struct Histogram {
  double low = 0.0;
  double high = 0.0;
  std::vector<int64_t> counts;
};

Histogram CountValues(std::span<const float> values, size_t bins);

// As bars, heights by the logarithm of 1 + count, so that tails are seen.
// `words` are for who cannot see it.
Html DrawHistogram(const Histogram& histogram, std::string_view words);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_HISTOGRAM_H_
