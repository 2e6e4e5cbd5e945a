#include "tools/alexnet/page/chart.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace alexnet::cli {
namespace {

constexpr double kWidth = kChartWidth, kHeight = kChartHeight;
constexpr double kLeft = 84, kRight = 16, kTop = 28, kBottom = 44;
constexpr double kLegendEntry = 188;
// Names of marks that are nearer to each other would cover each other.
constexpr double kMarkName = 18;
// Marks that an axis has, about.
constexpr int kMarks = 5;
constexpr const char* kStyles[] = {"a", "b", "c"};

// A line of numbers, drawn from `from` to `to`.
struct Axis {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  bool logarithmic = false;
  bool whole = false;  // marks are whole numbers
  double from = 0.0;
  double to = 0.0;

  bool Has(double value) const {
    return std::isfinite(value) && (!logarithmic || value > 0.0);
  }
  void Include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  // A range that is narrower, relative to its values, is noise, and its marks
  // would need more than four digits.
  void Widen() {
    constexpr double kLeast = 0.004;
    const double least = kLeast * std::max(std::abs(low), std::abs(high));
    if (high - low >= least) return;
    if (logarithmic) {
      const double middle = std::sqrt(low) * std::sqrt(high);
      low = middle / (1 + kLeast / 2);
      high = middle * (1 + kLeast / 2);
      return;
    }
    const double middle = low + (high - low) / 2;
    low = middle - least / 2;
    high = middle + least / 2;
  }
  double Place(double value) const {
    const auto on = [this](double v) { return logarithmic ? std::log(v) : v; };
    const double length = on(high) - on(low);
    const double share = length > 0.0 ? (on(value) - on(low)) / length : 0.5;
    return from + share * (to - from);
  }
};

// 1, 2 or 5 times a power of ten, not below `step`.
double Round(double step) {
  const double power = std::pow(10.0, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10.0 * power;
}

// An exponent without zeros in front and without a plus: 1.002e-05 as 1.002e-5.
std::string Short(std::string number) {
  const size_t at = number.find('e');
  if (at == std::string::npos) return number;
  const int exponent = std::stoi(number.substr(at + 1));
  return number.substr(0, at + 1) + std::to_string(exponent);
}

// Round numbers within the axis, and how far apart they are; 0: not evenly.
struct Marks {
  std::vector<double> at;
  double step = 0.0;

  std::string Text(double mark) const {
    constexpr int kMostDigits = 4;
    // Digits after the point that tell neighbours apart.
    const int digits =
        step > 0.0 ? static_cast<int>(std::ceil(-std::log10(step) - 1e-9)) : -1;
    if (step == 0.0 && mark > 0.0 && mark < 0.01) {
      // Of one digit, in fewer than 0.0005 takes.
      const double power = std::floor(std::log10(mark) + 1e-9);
      return fmt::format("{:.3g}e{:.0f}", mark / std::pow(10.0, power), power);
    }
    if (step == 0.0 || digits > kMostDigits || std::abs(mark) >= 1e6) {
      return Short(fmt::format("{:.4g}", mark));
    }
    return fmt::format("{:.{}f}", mark, std::max(digits, 0));
  }
};

Marks MarksOf(const Axis& axis) {
  std::vector<double> marks;
  const auto add = [&](double mark) {
    const double slack = 1e-9 * (std::abs(axis.low) + std::abs(axis.high));
    if (mark >= axis.low - slack && mark <= axis.high + slack) {
      marks.push_back(mark);
    }
  };
  // Within a factor of five, steps of one length say more.
  if (axis.logarithmic && axis.high > 5.0 * axis.low) {
    const double decades = std::log10(axis.high / axis.low);
    for (double power = std::pow(10.0, std::floor(std::log10(axis.low)));
         power <= axis.high && marks.size() < 100; power *= 10.0) {
      for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor == 1.0 || decades < 3.0) add(factor * power);
      }
    }
    return {marks, 0.0};
  }
  if (!(axis.high > axis.low)) return {{axis.low}, 0.0};
  const double least = (axis.high - axis.low) / kMarks;
  const double step = Round(axis.whole ? std::max(least, 1.0) : least);
  // By their number: a step may vanish beside what it is added to.
  const double first = std::ceil(axis.low / step) * step;
  for (int i = 0; i <= 2 * kMarks; ++i) {
    const double mark = first + i * step;
    if (mark > axis.high + step / 2) break;
    add(std::abs(mark) < step * 1e-9 ? 0.0 : mark);
  }
  return {marks, step};
}

Html Label(double x, double y, const char* anchor, const std::string& text) {
  return Element("text",
                 {{"x", fmt::format("{:.1f}", x)},
                  {"y", fmt::format("{:.1f}", y)},
                  {"text-anchor", anchor},
                  {"class", "quiet"}},
                 text);
}

Html Path(const std::string& path, const std::string& style) {
  return Element("path", {{"class", style}, {"d", path}});
}

Html Grid(const Axis& x, const Axis& y) {
  Html grid;
  const Marks up = MarksOf(y), across = MarksOf(x);
  for (const double mark : up.at) {
    const double place = y.Place(mark);
    grid += Path(fmt::format("M{} {:.1f}H{}", kLeft, place, kWidth - kRight),
                 "grid");
    grid += Label(kLeft - 6, place + 4, "end", up.Text(mark));
  }
  for (const double mark : across.at) {
    grid += Label(x.Place(mark), kHeight - kBottom + 18, "middle",
                  across.Text(mark));
  }
  grid += Path(fmt::format("M{} {}V{}H{}", kLeft, kTop, kHeight - kBottom,
                           kWidth - kRight),
               "axis");
  return grid;
}

Html Curve(const Series& series, const Axis& x, const Axis& y,
           const std::string& style) {
  const auto& points = series.points;
  const auto seen = [&](size_t i) {
    return i < points.size() && y.Has(points[i].second);
  };
  std::string path;
  for (size_t i = 0; i < points.size(); ++i) {
    if (!seen(i)) continue;
    const double across = x.Place(points[i].first);
    const double up = y.Place(points[i].second);
    const bool begins = i == 0 || !seen(i - 1);
    if (begins && !seen(i + 1)) {
      // Between two gaps, or alone: no line would show it.
      path += fmt::format("M{:.1f} {:.1f}a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
                          across - 3, up);
    } else {
      path += fmt::format("{}{:.1f} {:.1f}", begins ? 'M' : 'L', across, up);
    }
  }
  return Path(path, style + " series");
}

Html MarkLines(const std::vector<ChartMark>& marks, const Axis& x) {
  Html lines;
  double line = -kWidth, name = -kWidth;  // of the last
  for (const ChartMark& mark : marks) {
    const double place = x.Place(mark.x);
    if (place - line >= 1.0) {
      lines += Path(
          fmt::format("M{:.1f} {}V{}", place, kTop, kHeight - kBottom), "mark");
      line = place;
    }
    if (place - name < kMarkName) continue;
    const bool fits = place + kMarkName < kWidth - kRight;
    lines += Element("text",
                     {{"x", fmt::format("{:.1f}", place + (fits ? 4 : -4))},
                      {"y", fmt::format("{}", kTop + 10)},
                      {"text-anchor", fits ? "start" : "end"},
                      {"class", "warning"}},
                     mark.name);
    name = place;
  }
  return lines;
}

}  // namespace

Html DrawChart(const Chart& chart) {
  Axis x, y;
  y.logarithmic = chart.logarithmic;
  for (const Series& series : chart.series) {
    for (const auto& [at, value] : series.points) {
      if (!y.Has(value)) continue;
      x.Include(at);
      y.Include(value);
    }
  }
  if (x.low > x.high) return Html();
  for (const ChartMark& mark : chart.marks) x.Include(mark.x);
  x.whole = !(x.high - x.low < 1.0 && x.high > x.low);
  if (!y.logarithmic) y.Include(0.0);
  y.Widen();
  x.from = kLeft, x.to = kWidth - kRight;
  y.from = kHeight - kBottom, y.to = kTop;
  Html content = Element("title", {}, chart.title);
  content += Grid(x, y);
  content +=
      Label((kLeft + kWidth - kRight) / 2, kHeight - 6, "middle", chart.x_name);
  content += Label(0, 14, "start", chart.y_name);
  double legend = kLeft + 16;
  size_t index = 0;
  for (const Series& series : chart.series) {
    const std::string style =
        series.quiet ? "faint" : kStyles[index++ % std::size(kStyles)];
    content += Curve(series, x, y, style);
    if (series.name.empty()) continue;
    content += Path(fmt::format("M{} 10h28", legend), style + " series");
    content += Label(legend + 34, 14, "start", series.name);
    legend += kLegendEntry;
  }
  content += MarkLines(chart.marks, x);
  return Element("svg",
                 {{"viewBox", fmt::format("0 0 {} {}", kWidth, kHeight)},
                  {"class", "chart"},
                  {"role", "img"}},
                 content);
}

}  // namespace alexnet::cli
