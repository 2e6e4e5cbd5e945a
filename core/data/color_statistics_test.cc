#include "core/data/color_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/base/philox.h"

namespace alexnet {
namespace {

Image RandomImage(uint64_t seed, Size size) {
  Image image = Image::Create(size.width, size.height, 3).value();
  PhiloxStream stream(seed, RandomPurpose::kSynthetic);
  for (size_t i = 0; i < image.pixels.size(); i += 3) {
    const uint32_t base = stream.Below(200);
    image.pixels[i] = static_cast<uint8_t>(base + stream.Below(56));
    image.pixels[i + 1] = static_cast<uint8_t>(base + stream.Below(20));
    image.pixels[i + 2] = static_cast<uint8_t>(stream.Below(256));
  }
  return image;
}

TEST(EigenTest, SolvesKnownMatrices) {
  const Eigen3 diagonal = SymmetricEigen({{{2, 0, 0}, {0, 5, 0}, {0, 0, 3}}});
  EXPECT_EQ(diagonal.values, (std::array<double, 3>{5, 3, 2}));
  EXPECT_EQ(diagonal.vectors[0], (std::array<double, 3>{0, 1, 0}));
  // Eigenvalues 4, 1, 1; (1, 1, 1) / sqrt(3) is the first vector.
  const Eigen3 ones = SymmetricEigen({{{2, 1, 1}, {1, 2, 1}, {1, 1, 2}}});
  EXPECT_NEAR(ones.values[0], 4, 1e-12);
  EXPECT_NEAR(ones.values[2], 1, 1e-12);
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(ones.vectors[0][c], 1 / std::sqrt(3.0), 1e-12);
  }
}

TEST(EigenTest, VectorsAreOrthonormalAndDiagonalize) {
  const std::array<std::array<double, 3>, 3> a{
      {{4000, 3700, 3300}, {3700, 3900, 3600}, {3300, 3600, 4300}}};
  const Eigen3 eigen = SymmetricEigen(a);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      double dot = 0;
      for (int k = 0; k < 3; ++k) {
        dot += eigen.vectors[i][k] * eigen.vectors[j][k];
      }
      EXPECT_NEAR(dot, i == j ? 1 : 0, 1e-12);
    }
    for (int r = 0; r < 3; ++r) {
      double product = 0;
      for (int k = 0; k < 3; ++k) product += a[r][k] * eigen.vectors[i][k];
      EXPECT_NEAR(product, eigen.values[i] * eigen.vectors[i][r], 1e-8);
    }
  }
}

TEST(StatisticsSumsTest, EqualsTheDefinition) {
  const Size size{7, 5};
  StatisticsSums sums(size);
  std::vector<Image> images;
  for (uint64_t i = 0; i < 6; ++i) {
    images.push_back(RandomImage(i, size));
    sums.Add(images.back());
  }
  const ColorStatistics s = sums.Finish().value();
  EXPECT_EQ(s.count, 6);
  double mean[3] = {};
  const double pixels = 6.0 * 35;
  for (const Image& image : images) {
    for (size_t i = 0; i < image.pixels.size(); ++i) {
      mean[i % 3] += image.pixels[i] / pixels;
    }
  }
  for (int a = 0; a < 3; ++a) {
    EXPECT_NEAR(s.channel_mean[a], mean[a], 1e-9);
    for (int b = 0; b < 3; ++b) {
      double covariance = 0;
      for (const Image& image : images) {
        for (size_t i = 0; i < image.pixels.size(); i += 3) {
          covariance += (image.pixels[i + a] - mean[a]) *
                        (image.pixels[i + b] - mean[b]) / pixels;
        }
      }
      EXPECT_NEAR(s.covariance[a][b], covariance, 1e-7);
    }
  }
  double at = 0;  // green of pixel (2, 3)
  for (const Image& image : images) at += image.row(3)[2 * 3 + 1] / 6.0;
  EXPECT_NEAR(s.mean_image->values[35 + 3 * 7 + 2], at, 1e-4);
  EXPECT_NEAR(s.color_stddev[0] * s.color_stddev[0],
              SymmetricEigen(s.covariance).values[0], 1e-2);
}

TEST(StatisticsSumsTest, MergeIsExact) {
  const Size size{4, 4};
  StatisticsSums all(size);
  StatisticsSums even(size);
  StatisticsSums odd(size);
  for (uint64_t i = 0; i < 9; ++i) {
    const Image image = RandomImage(i, size);
    all.Add(image);
    (i % 2 == 0 ? even : odd).Add(image);
  }
  odd.Merge(even);
  EXPECT_EQ(odd.Finish()->covariance, all.Finish()->covariance);
  EXPECT_EQ(odd.Finish()->mean_image->values, all.Finish()->mean_image->values);
  EXPECT_FALSE(StatisticsSums(size).Finish().ok());
}

TEST(ApplyStatisticsTest, OrderAndScale) {
  StatisticsSums sums(Size{4, 4});
  sums.Add(RandomImage(3, {4, 4}));
  const ColorStatistics s = sums.Finish().value();
  Preprocessing p;
  p.resize = p.crop_height = p.crop_width = 4;
  p.order = ChannelOrder::kBgr;
  p.scale = 0.5f;
  p.mean_kind = MeanKind::kImageAtCrop;
  ASSERT_TRUE(ApplyStatistics(s, &p).ok());
  EXPECT_EQ(p.mean_image->values[0], 0.5f * s.mean_image->values[32]);
  EXPECT_EQ(p.color_stddev, s.color_stddev);
  EXPECT_TRUE(ValidatePreprocessing(p).ok());
  p.order = ChannelOrder::kGray;
  p.mean_image = nullptr;
  ASSERT_TRUE(ApplyStatistics(s, &p).ok());
  EXPECT_EQ(p.mean_image->channels, 1);
  EXPECT_TRUE(ValidatePreprocessing(p).ok());
  p.crop_height = 5;  // larger than the mean image
  p.mean_image = nullptr;
  EXPECT_FALSE(ApplyStatistics(s, &p).ok());
}

}  // namespace
}  // namespace alexnet
