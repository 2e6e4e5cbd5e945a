#include "core/preprocess/spec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/preprocess/augmentation.h"

namespace alexnet {
namespace {

std::shared_ptr<MeanImage> MakeMean(int channels, int height, int width) {
  auto mean = std::make_shared<MeanImage>();
  mean->channels = channels;
  mean->height = height;
  mean->width = width;
  mean->values.assign(static_cast<size_t>(channels) * height * width, 1.0f);
  return mean;
}

TEST(ValidatePreprocessingTest, AcceptsDefaultsAndEqualCrop) {
  Preprocessing p;
  EXPECT_TRUE(ValidatePreprocessing(p).ok());
  p.crop_width = p.crop_height = p.resize;
  EXPECT_TRUE(ValidatePreprocessing(p).ok());
  p.resize_rule = ResizeRule::kNone;  // `resize` does not matter then
  p.resize = 0;
  EXPECT_TRUE(ValidatePreprocessing(p).ok());
}

TEST(ValidatePreprocessingTest, NamesTheWrongField) {
  using Break = std::function<void(Preprocessing*)>;
  const std::vector<std::pair<std::string, Break>> cases = {
      {"channel_order", [](Preprocessing* p) { p->order = ChannelOrder{7}; }},
      {"resize_rule", [](Preprocessing* p) { p->resize_rule = ResizeRule{3}; }},
      {"resize", [](Preprocessing* p) { p->resize = 223; }},
      {"resize", [](Preprocessing* p) { p->resize = 1 << 20; }},
      {"crop_height", [](Preprocessing* p) { p->crop_height = 0; }},
      {"crop_width", [](Preprocessing* p) { p->crop_width = -4; }},
      {"scale", [](Preprocessing* p) { p->scale = NAN; }},
      {"scale", [](Preprocessing* p) { p->scale = 0.0f; }},
      {"mean", [](Preprocessing* p) { p->mean[1] = INFINITY; }},
      {"stddev", [](Preprocessing* p) { p->stddev[2] = 0.0f; }},
      {"color_stddev", [](Preprocessing* p) { p->color_stddev[0] = -1.0f; }},
      {"color_axes", [](Preprocessing* p) { p->color_axes[5] = NAN; }},
  };
  for (const auto& [field, change] : cases) {
    Preprocessing p;
    change(&p);
    const Status status = ValidatePreprocessing(p);
    ASSERT_FALSE(status.ok()) << field;
    EXPECT_EQ(status.field(), "preprocessing." + field);
  }
}

TEST(ValidatePreprocessingTest, ChecksTheMeanImage) {
  Preprocessing p;
  p.mean_kind = MeanKind::kImageAtCrop;
  EXPECT_FALSE(ValidatePreprocessing(p).ok());
  EXPECT_TRUE(ValidatePreprocessing(p, MeanImageRule::kMayBeMissing).ok());
  p.mean_image = MakeMean(3, 256, 256);
  EXPECT_TRUE(ValidatePreprocessing(p).ok());
  p.mean_image = MakeMean(3, 223, 256);
  EXPECT_FALSE(ValidatePreprocessing(p).ok());
  p.mean_image = MakeMean(1, 256, 256);
  EXPECT_FALSE(ValidatePreprocessing(p).ok());
  auto short_one = MakeMean(3, 256, 256);
  short_one->values.pop_back();
  p.mean_image = short_one;
  EXPECT_FALSE(ValidatePreprocessing(p).ok());
  auto not_a_number = MakeMean(3, 256, 256);
  not_a_number->values[9] = NAN;
  p.mean_image = not_a_number;
  EXPECT_FALSE(ValidatePreprocessing(p).ok());
}

TEST(ValidateAugmentationTest, NamesTheWrongField) {
  Augmentation a;
  EXPECT_TRUE(ValidateAugmentation(a).ok());
  a.pad = -1;
  EXPECT_EQ(ValidateAugmentation(a).field(), "pad");
  a.pad = 0;
  a.color_sigma = NAN;
  EXPECT_EQ(ValidateAugmentation(a).field(), "color_sigma");
  a.color_sigma = 0.0f;
  a.crop = CropKind{9};
  EXPECT_EQ(ValidateAugmentation(a).field(), "crop");
}

}  // namespace
}  // namespace alexnet
