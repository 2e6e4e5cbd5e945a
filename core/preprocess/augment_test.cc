#include "core/preprocess/augment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

namespace alexnet {
namespace {

Preprocessing Paper() {
  Preprocessing p;
  p.resize = 256;
  p.crop_height = p.crop_width = 224;
  p.color_stddev = {121.78f, 37.09f, 19.72f};
  p.color_axes = {0.6f, 0.8f, 0.0f, -0.8f, 0.6f, 0.0f, 0, 0, 1};
  return p;
}

TEST(AugmentTest, DrawIsAFunctionOfSeedEpochAndSample) {
  const Augmentation a;
  const auto same = [](const AugmentationDraw& x, const AugmentationDraw& y) {
    return x.mirror == y.mirror && x.normals == y.normals &&
           x.tries[0].x == y.tries[0].x && x.tries[0].y == y.tries[0].y;
  };
  const AugmentationDraw draw = DrawAugmentation(a, 1, 2, 3);
  EXPECT_TRUE(same(draw, DrawAugmentation(a, 1, 2, 3)));
  EXPECT_FALSE(same(draw, DrawAugmentation(a, 2, 2, 3)));
  EXPECT_FALSE(same(draw, DrawAugmentation(a, 1, 3, 3)));
  EXPECT_FALSE(same(draw, DrawAugmentation(a, 1, 2, 4)));
}

TEST(AugmentTest, OptionsDoNotShiftOtherDraws) {
  Augmentation plain;
  plain.mirror = false;
  plain.color_sigma = 0.0f;
  const AugmentationDraw a = DrawAugmentation(Augmentation{}, 1, 2, 3);
  const AugmentationDraw b = DrawAugmentation(plain, 1, 2, 3);
  EXPECT_EQ(a.normals, b.normals);
  EXPECT_EQ(a.tries[0].x, b.tries[0].x);
}

TEST(AugmentTest, RandomCropsCoverAllPositionsAndBothSides) {
  const Augmentation a;
  std::set<int> xs;
  std::set<int> ys;
  int mirrored = 0;
  for (uint32_t sample = 0; sample < 4000; ++sample) {
    const Placement place =
        PlaceDraw(DrawAugmentation(a, 5, 0, sample), a, Paper(), {256, 256})
            .value();
    xs.insert(place.x);
    ys.insert(place.y);
    mirrored += place.mirror ? 1 : 0;
  }
  EXPECT_EQ(xs.size(), 33u);  // 0..32, as in the 2012 code
  EXPECT_EQ(*xs.begin(), 0);
  EXPECT_EQ(*xs.rbegin(), 32);
  EXPECT_EQ(ys.size(), 33u);
  EXPECT_NEAR(mirrored, 2000, 5 * std::sqrt(1000.0));
}

TEST(AugmentTest, PadShiftsPicturesOfTheCropsSize) {
  Preprocessing p = Paper();
  p.resize_rule = ResizeRule::kNone;
  p.crop_height = p.crop_width = 32;
  Augmentation a;
  a.pad = 4;
  std::set<int> xs;
  for (uint32_t sample = 0; sample < 500; ++sample) {
    xs.insert(
        PlaceDraw(DrawAugmentation(a, 5, 0, sample), a, p, {32, 32}).value().x);
  }
  EXPECT_EQ(xs.size(), 9u);
  EXPECT_EQ(*xs.begin(), -4);
  EXPECT_EQ(*xs.rbegin(), 4);
}

TEST(AugmentTest, RandomResizedBoxesKeepTheirBounds) {
  Augmentation a;
  a.crop = CropKind::kRandomResized;
  double least = 1.0;
  double most = 0.0;
  for (uint32_t sample = 0; sample < 2000; ++sample) {
    const Placement place =
        PlaceDraw(DrawAugmentation(a, 7, 1, sample), a, Paper(), {500, 375})
            .value();
    const Box box = place.source;
    ASSERT_GE(box.x, 0);
    ASSERT_GE(box.y, 0);
    ASSERT_LE(box.x + box.width, 500);
    ASSERT_LE(box.y + box.height, 375);
    const double area =
        static_cast<double>(box.width) * box.height / (500.0 * 375.0);
    least = std::min(least, area);
    most = std::max(most, area);
    const double aspect = static_cast<double>(box.width) / box.height;
    EXPECT_GT(aspect, 0.74);
    EXPECT_LT(aspect, 1.35);
    EXPECT_EQ(place.resized, (Size{224, 224}));
  }
  EXPECT_NEAR(least, 0.08, 0.01);
  EXPECT_GT(most, 0.9);
}

TEST(AugmentTest, RandomResizedFallsBackOnElongatedPictures) {
  Augmentation a;
  a.crop = CropKind::kRandomResized;
  const Placement place =
      PlaceDraw(DrawAugmentation(a, 7, 1, 0), a, Paper(), {1000, 2}).value();
  EXPECT_LE(place.source.width, 3);
  EXPECT_EQ(place.source.height, 2);
  EXPECT_NEAR(place.source.x, 499, 1);
}

// Section 4.1: the noise has standard deviation sigma * s along each axis.
TEST(AugmentTest, NoiseHasThePapersCovariance) {
  const Preprocessing p = Paper();
  const Augmentation a;
  const int n = 20000;
  double along[3] = {};
  double mean[3] = {};
  for (int sample = 0; sample < n; ++sample) {
    const ColorNoise noise = NoiseOf(DrawAugmentation(a, 11, 0, sample), a, p);
    EXPECT_EQ(noise.divisor, 1.0f);
    for (int k = 0; k < 3; ++k) {
      double projection = 0.0;
      for (int c = 0; c < 3; ++c) {
        projection += p.color_axes[3 * k + c] * noise.rgb[c];
      }
      along[k] += projection * projection / n;
      mean[k] += projection / n;
    }
  }
  for (int k = 0; k < 3; ++k) {
    const double expected = 0.1 * p.color_stddev[k];
    EXPECT_NEAR(std::sqrt(along[k]), expected, 0.03 * expected);
    EXPECT_NEAR(mean[k], 0.0, 0.04 * expected);
  }
}

TEST(AugmentTest, RescaleDividesByOnePlusSigma) {
  Augmentation a;
  a.rescale_after_noise = true;
  EXPECT_FLOAT_EQ(NoiseOf(DrawAugmentation(a, 1, 1, 1), a, Paper()).divisor,
                  1.1f);
}

}  // namespace
}  // namespace alexnet
