#include "tools/alexnet/page/colour_map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <set>

namespace alexnet::cli {
namespace {

// L* of CIE 1976 of an sRGB colour (IEC 61966-2-1), 0 to 100.
double Lightness(const Colour& colour) {
  const auto linear = [](double level) {
    level /= 255;
    return level <= 0.04045 ? level / 12.92
                            : std::pow((level + 0.055) / 1.055, 2.4);
  };
  const double y = 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) +
                   0.0722 * linear(colour[2]);
  return 116 * std::cbrt(y) - 16;  // above 8 of 100
}

TEST(ColourMapTest, LightnessRisesEvenly) {
  double before = Lightness(MapColour(0));
  EXPECT_NEAR(before, 10, 5);
  for (int i = 1; i <= 20; ++i) {
    const double lightness = Lightness(MapColour(i / 20.0));
    EXPECT_NEAR(lightness - before, 4, 1.5) << i;
    before = lightness;
  }
  EXPECT_NEAR(before, 90, 5);
}

TEST(ColourMapTest, ColoursAreFew) {
  std::set<Colour> colours;
  for (int i = 0; i <= 10'000; ++i) colours.insert(MapColour(i / 10'000.0));
  EXPECT_LE(colours.size(), 250U);
  EXPECT_GE(colours.size(), 200U);
  EXPECT_EQ(colours.count(kNotFinite), 0U);
  EXPECT_EQ(colours.count(kNothingButZeros), 0U);
}

TEST(ColourMapTest, WhatIsOutsideIsAtTheEnds) {
  EXPECT_EQ(MapColour(-1), MapColour(0));
  EXPECT_EQ(MapColour(2), MapColour(1));
}

}  // namespace
}  // namespace alexnet::cli
