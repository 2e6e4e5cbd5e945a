// Chart: curves of a run over its epochs.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_CHART_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_CHART_H_

#include <string>
#include <utility>
#include <vector>

#include "tools/alexnet/page/html.h"

namespace alexnet::cli {

struct Series {
  std::string name;  // in the legend; empty: not in it
  // (x, y), x rising; a gap where y is not finite.
  std::vector<std::pair<double, double>> points;
  // Drawn thin and without colour, for what others are seen before.
  bool quiet = false;
};

// Something that happened.
struct ChartMark {
  double x;
  std::string name;  // short, stands beside the line
};

struct Chart {
  std::string title;
  std::string x_name;
  std::string y_name;
  bool logarithmic = false;           // y; what is not positive is a gap
  std::vector<Series> series;         // at most three that are not quiet
  std::vector<ChartMark> marks = {};  // x rising
};

// Of what DrawChart gives.
inline constexpr int kChartWidth = 640;
inline constexpr int kChartHeight = 300;

// With a grid of round numbers and a legend. Nothing where no point is.
Html DrawChart(const Chart& chart);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_CHART_H_
