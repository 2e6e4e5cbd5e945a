#include "tools/alexnet/page/histogram.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace alexnet::cli {
namespace {

constexpr double kWidth = 256;
constexpr double kHeight = 72;

}  // namespace

Histogram CountValues(std::span<const float> values, size_t bins) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, double{value});
    high = std::max(high, double{value});
  }
  if (low > high) return {};
  Histogram histogram{low, high, std::vector<int64_t>(bins, 0)};
  const double scale =
      high > low ? static_cast<double>(bins) / (high - low) : 0.0;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    const auto bin = static_cast<size_t>((value - low) * scale);
    ++histogram.counts[std::min(bin, bins - 1)];
  }
  return histogram;
}

Html DrawHistogram(const Histogram& histogram, std::string_view words) {
  const std::vector<int64_t>& counts = histogram.counts;
  const auto height = [](int64_t count) {
    return std::log1p(static_cast<double>(count));
  };
  double most = 1.0;
  for (const int64_t count : counts) most = std::max(most, height(count));
  const double step =
      kWidth / static_cast<double>(std::max<size_t>(counts.size(), 1));
  std::string path = fmt::format("M0 {}", kHeight);
  for (const int64_t count : counts) {
    path += fmt::format("V{:.1f}h{:.3g}",
                        kHeight * (1.0 - height(count) / most), step);
  }
  path += fmt::format("V{}Z", kHeight);
  return Element("svg",
                 {{"viewBox", fmt::format("0 0 {} {}", kWidth, kHeight)},
                  {"role", "img"},
                  {"aria-label", std::string(words)}},
                 Element("path", {{"class", "bars"}, {"d", path}}));
}

}  // namespace alexnet::cli
