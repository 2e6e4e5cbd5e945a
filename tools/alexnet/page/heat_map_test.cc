#include "tools/alexnet/page/heat_map.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/alexnet/page/colour_map.h"

namespace alexnet::cli {
namespace {

TEST(HeatMapTest, EachValueCoversItsPartOfThePicture) {
  Raster picture(4, 3);
  for (size_t i = 0; i < picture.rgba.size(); i += 4) {
    picture.rgba[i] = 200;  // of red: a luma of 59
  }
  const std::vector<float> values = {1, 3};
  const Maps map{values, 1, 1, 2};
  const Raster heat = HeatMap(picture, map, RangeOf(map));
  ASSERT_EQ(heat.width, 4U);
  ASSERT_EQ(heat.height, 3U);
  for (size_t i = 0; i < 12; ++i) {
    const Colour colour = MapColour(i % 4 < 2 ? 0 : 1);
    for (size_t channel = 0; channel < 3; ++channel) {
      EXPECT_EQ(heat.rgba[4 * i + channel], (59 + colour[channel]) / 2) << i;
    }
    EXPECT_EQ(heat.rgba[4 * i + 3], 255);
  }
}

}  // namespace
}  // namespace alexnet::cli
