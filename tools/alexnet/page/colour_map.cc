#include "tools/alexnet/page/colour_map.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace alexnet::cli {
namespace {

// At equal steps, about 20 of CIE's lightness apart.
constexpr std::array<Colour, 5> kPoints = {{
    {40, 12, 82},
    {50, 70, 140},
    {30, 134, 136},
    {105, 192, 96},
    {250, 231, 60},
}};
constexpr int kColours = 250;

}  // namespace

Colour MapColour(double relative) {
  const double level =
      std::round(std::clamp(relative, 0.0, 1.0) * (kColours - 1)) /
      (kColours - 1) * (kPoints.size() - 1);
  const auto point = std::min(static_cast<size_t>(level), kPoints.size() - 2);
  const double part = level - static_cast<double>(point);
  Colour colour;
  for (size_t i = 0; i < colour.size(); ++i) {
    colour[i] = static_cast<uint8_t>(std::lround(
        (1 - part) * kPoints[point][i] + part * kPoints[point + 1][i]));
  }
  return colour;
}

}  // namespace alexnet::cli
