#include "tools/alexnet/page/network_drawing.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>

namespace alexnet::cli {
namespace {

// Sides of the largest map that a layer gives, of the input, and the longest
// vector, at the most.
constexpr double kLargestMap = 72;
constexpr double kLargestInput = 250;
constexpr double kLongest = 180;
// A map's width is seen from the side.
constexpr double kSlant = 0.4;
constexpr double kPerChannel = 0.2;
constexpr double kThinnest = 3;
constexpr double kBar = 12;
constexpr double kGap = 34;
constexpr double kCaption = 76;  // a column is this wide at the least
constexpr double kLines = 40;    // below the boxes
constexpr double kMargin = 10;

struct Point {
  double x;
  double y;
};

// One box: its left edge, top and bottom, and the edge where the next connects.
struct Box {
  double left, right, top, bottom;
  Point In() const { return {left, (top + bottom) / 2}; }
  Point Out() const { return {right, (top + bottom) / 2}; }
};

struct Scale {
  double by_side;
  double by_unit;
};

int64_t SideOf(const DrawnOutput& output) {
  return std::max<int64_t>({1, output.height, output.width});
}

Scale ScaleOf(const std::vector<DrawnOutput>& outputs) {
  int64_t side = 1, units = 1;
  for (size_t i = 1; i < outputs.size(); ++i) {
    if (outputs[i].height > 0) {
      side = std::max(side, SideOf(outputs[i]));
    } else {
      units = std::max(units, outputs[i].channels);
    }
  }
  return {std::min(kLargestMap / static_cast<double>(side),
                   kLargestInput / static_cast<double>(SideOf(outputs[0]))),
          kLongest / static_cast<double>(units)};
}

std::string Polygon(std::initializer_list<Point> points) {
  std::string path = "M";
  for (const Point& point : points) {
    path += fmt::format("{}{:.1f} {:.1f}", path.size() > 1 ? "L" : "", point.x,
                        point.y);
  }
  return path + "Z";
}

class Drawing {
 public:
  Drawing(const std::vector<DrawnOutput>& outputs, int64_t towers)
      : outputs_(outputs),
        towers_(std::max<int64_t>(towers, 1)),
        scale_(ScaleOf(outputs)),
        row_(kLargestMap * (1 + kSlant) + 10),
        middle_(kMargin + std::max({row_ * static_cast<double>(towers_),
                                    kLongest, InputHeight()}) /
                              2) {}

  Html Draw() {
    for (const DrawnOutput& output : outputs_) Add(output);
    const double height = 2 * middle_ + kLines;
    const double width = x_ + kMargin;
    Html content =
        Element("title", {},
                "The network to scale: " + std::to_string(outputs_.size() - 1) +
                    " outputs of layers, the input first");
    content += links_;
    content += boxes_;
    return Element(
        "svg",
        {{"viewBox", fmt::format("0 0 {:.0f} {:.0f}", width, height)},
         {"width", fmt::format("{:.0f}", width)},
         {"height", fmt::format("{:.0f}", height)},
         {"role", "img"}},
        content);
  }

 private:
  double InputHeight() const {
    const DrawnOutput& input = outputs_.front();
    return scale_.by_side * (static_cast<double>(input.height) +
                             kSlant * static_cast<double>(input.width));
  }

  // Parts that the output is drawn in.
  int64_t PartsOf(const DrawnOutput& output) const {
    // The input goes to all towers.
    const bool input = &output == &outputs_.front();
    return output.height > 0 && !input && output.channels % towers_ == 0
               ? towers_
               : 1;
  }

  void Add(const DrawnOutput& output) {
    const int64_t parts = PartsOf(output);
    const double side = static_cast<double>(output.height) * scale_.by_side;
    const double slant =
        static_cast<double>(output.width) * scale_.by_side * kSlant;
    const double depth =
        output.height == 0
            ? kBar
            : std::max(kThinnest, kPerChannel *
                                      static_cast<double>(output.channels) /
                                      static_cast<double>(parts));
    const double tall =
        output.height == 0
            ? std::max(kThinnest,
                       static_cast<double>(output.channels) * scale_.by_unit)
            : side;
    const double column = std::max(depth + slant, kCaption);
    const double left = x_ + (column - depth - slant) / 2;
    std::vector<Box> boxes;
    for (int64_t part = 0; part < parts; ++part) {
      const double centre =
          parts == 1 ? middle_
                     : middle_ + row_ * (static_cast<double>(part) + 0.5 -
                                         static_cast<double>(parts) / 2);
      const double top = centre - (tall - slant) / 2;
      const Box box{left, left + depth + slant / 2, top, top + tall};
      DrawBox(box, depth, slant);
      boxes.push_back(box);
    }
    Connect(boxes, output.within_towers);
    Caption(output, x_ + column / 2);
    x_ += column + kGap;
    before_ = std::move(boxes);
  }

  void DrawBox(const Box& box, double depth, double slant) {
    const double right = box.left + depth;
    boxes_ += Face(Polygon({{box.left, box.top},
                            {right, box.top},
                            {right, box.bottom},
                            {box.left, box.bottom}}));
    if (slant <= 0) return;
    boxes_ += Face(Polygon({{box.left, box.top},
                            {box.left + slant, box.top - slant},
                            {right + slant, box.top - slant},
                            {right, box.top}}));
    boxes_ += Face(Polygon({{right, box.top},
                            {right + slant, box.top - slant},
                            {right + slant, box.bottom - slant},
                            {right, box.bottom}}));
  }

  static Html Face(const std::string& path) {
    return Element("path", {{"class", "face"}, {"d", path}});
  }

  void Connect(const std::vector<Box>& boxes, bool within_towers) {
    for (size_t to = 0; to < boxes.size(); ++to) {
      for (size_t from = 0; from < before_.size(); ++from) {
        const bool parted = before_.size() > 1 && boxes.size() > 1;
        if (parted && within_towers && from != to) continue;
        const Point a = before_[from].Out(), b = boxes[to].In();
        links_ +=
            Element("path", {{"class", "link"},
                             {"d", fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}",
                                               a.x, a.y, b.x, b.y)}});
      }
    }
  }

  void Caption(const DrawnOutput& output, double centre) {
    const std::string size = output.height == 0
                                 ? std::to_string(output.channels)
                                 : fmt::format("{}×{}×{}", output.channels,
                                               output.height, output.width);
    double y = 2 * middle_ + 2;
    for (const std::string& line : {output.name, output.kind, size}) {
      boxes_ += Element("text",
                        {{"x", fmt::format("{:.1f}", centre)},
                         {"y", fmt::format("{:.1f}", y)},
                         {"text-anchor", "middle"},
                         {"class", line == output.name ? "name" : "quiet"}},
                        line);
      y += 15;
    }
  }

  const std::vector<DrawnOutput>& outputs_;
  const int64_t towers_;
  const Scale scale_;
  const double row_;
  const double middle_;
  double x_ = kMargin;
  std::vector<Box> before_;
  Html links_;
  Html boxes_;
};

}  // namespace

Html DrawNetwork(const std::vector<DrawnOutput>& outputs, int64_t towers) {
  return outputs.empty() ? Html() : Drawing(outputs, towers).Draw();
}

}  // namespace alexnet::cli
