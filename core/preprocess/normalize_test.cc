#include "core/preprocess/normalize.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "core/base/philox.h"

namespace alexnet {
namespace {

Preprocessing Small() {
  Preprocessing p;
  p.resize = p.crop_height = p.crop_width = 4;
  p.scale = 0.5f;
  p.mean_kind = MeanKind::kChannel;
  p.mean = {10.0f, 20.0f, 30.0f};
  p.stddev = {2.0f, 4.0f, 8.0f};
  return p;
}

Image Constant(int side, uint8_t red, uint8_t green, uint8_t blue) {
  Image image = Image::Create(side, side, 3).value();
  for (size_t i = 0; i < image.pixels.size(); i += 3) {
    image.pixels[i] = red;
    image.pixels[i + 1] = green;
    image.pixels[i + 2] = blue;
  }
  return image;
}

TEST(NormalizeTest, ScaleMeanAndStddev) {
  std::vector<float> out(3 * 16);
  NormalizeCrop(Constant(4, 100, 120, 140), {}, Small(), {}, out.data());
  EXPECT_FLOAT_EQ(out[0], (100 * 0.5f - 10) / 2);
  EXPECT_FLOAT_EQ(out[16], (120 * 0.5f - 20) / 4);
  EXPECT_FLOAT_EQ(out[47], (140 * 0.5f - 30) / 8);
}

TEST(NormalizeTest, BgrReversesChannelsAndNoise) {
  Preprocessing p = Small();
  p.order = ChannelOrder::kBgr;
  ColorNoise noise;
  noise.rgb = {1.0f, 2.0f, 3.0f};  // red, green, blue
  std::vector<float> out(3 * 16);
  NormalizeCrop(Constant(4, 100, 120, 140), {}, p, noise, out.data());
  EXPECT_FLOAT_EQ(out[0], ((140 + 3) * 0.5f - 10) / 2);
  EXPECT_FLOAT_EQ(out[16], ((120 + 2) * 0.5f - 20) / 4);
  EXPECT_FLOAT_EQ(out[32], ((100 + 1) * 0.5f - 30) / 8);
}

TEST(NormalizeTest, DivisorDividesEverything) {
  ColorNoise noise;
  noise.rgb = {4.0f, 0.0f, 0.0f};
  noise.divisor = 1.1f;
  std::vector<float> out(3 * 16);
  NormalizeCrop(Constant(4, 100, 120, 140), {}, Small(), noise, out.data());
  EXPECT_FLOAT_EQ(out[0], ((104 * 0.5f) - 10) / 2 / 1.1f);
}

TEST(NormalizeTest, OutsideIsTheMeanColour) {
  CropWindow window;
  window.left = 1;
  window.top = 2;
  const Image part = Constant(2, 255, 255, 255);
  std::vector<float> out(3 * 16);
  NormalizeCrop(part, window, Small(), {}, out.data());
  const float inside = (255 * 0.5f - 10) / 2;
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x) {
      const bool in = y >= 2 && (x == 1 || x == 2);
      EXPECT_FLOAT_EQ(out[y * 4 + x], in ? inside : 0.0f);
    }
  }
  window.left = 0;
  window.mirror = true;  // the left margin goes to the right
  NormalizeCrop(part, window, Small(), {}, out.data());
  EXPECT_FLOAT_EQ(out[2 * 4 + 0], 0.0f);
  EXPECT_FLOAT_EQ(out[2 * 4 + 3], inside);
}

TEST(NormalizeTest, MirrorReversesRows) {
  Image image = Image::Create(4, 4, 3).value();
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = static_cast<uint8_t>(i);
  }
  Preprocessing p = Small();
  p.scale = 1.0f;
  p.mean_kind = MeanKind::kNone;
  p.stddev = {1.0f, 1.0f, 1.0f};
  CropWindow window;
  window.mirror = true;
  std::vector<float> out(3 * 16);
  NormalizeCrop(image, window, p, {}, out.data());
  EXPECT_EQ(out[0], 9.0f);        // red of pixel 3
  EXPECT_EQ(out[16 + 4], 22.0f);  // green of pixel 7
}

// Of all widths, since pixels are taken four at a time: the bits of
// NormalizePixel, and nothing beside them.
TEST(NormalizeTest, EachPixelIsNormalized) {
  PhiloxStream random(3, RandomPurpose::kSynthetic, 0);
  for (int round = 0; round < 400; ++round) {
    Preprocessing p = Small();
    const ChannelOrder orders[] = {ChannelOrder::kRgb, ChannelOrder::kBgr,
                                   ChannelOrder::kGray};
    p.order = orders[round % 3];
    p.crop_width = 1 + static_cast<int>(random.Below(40));
    p.crop_height = 1 + static_cast<int>(random.Below(3));
    CropWindow window;
    window.mirror = random.Below(2) == 1;
    if (random.Below(2) == 1) {
      p.mean_kind = MeanKind::kImageAtCentre;
      auto mean = std::make_shared<MeanImage>();
      mean->channels = p.channels();
      mean->height = p.crop_height + 2;
      mean->width = p.crop_width + 3;
      for (int i = 0; i < mean->channels * mean->height * mean->width; ++i) {
        mean->values.push_back(255.0f * random.Uniform());
      }
      p.mean_image = mean;
      window.mean_x = static_cast<int>(random.Below(4));
      window.mean_y = static_cast<int>(random.Below(3));
    }
    Image image =
        Image::Create(p.crop_width, p.crop_height, p.channels()).value();
    for (uint8_t& value : image.pixels) {
      value = static_cast<uint8_t>(random.Below(256));
    }
    ColorNoise noise;
    noise.rgb = {random.Uniform(), random.Uniform(), random.Uniform()};
    const std::array<ChannelMap, 3> maps = ChannelMaps(p, noise);
    const int size = p.channels() * p.crop_height * p.crop_width;
    std::vector<float> out(static_cast<size_t>(size) + 8, -1.0f);
    NormalizeCrop(image, window, p, noise, out.data());
    int at = 0;
    for (int c = 0; c < p.channels(); ++c) {
      for (int y = 0; y < p.crop_height; ++y) {
        for (int x = 0; x < p.crop_width; ++x, ++at) {
          const int from = window.mirror ? p.crop_width - 1 - x : x;
          const float mean =
              p.subtracts_image()
                  ? p.mean_image->values[static_cast<size_t>(
                        (c * p.mean_image->height + window.mean_y + y) *
                            p.mean_image->width +
                        window.mean_x + from)]
                  : 0.0f;
          const uint8_t value =
              image.row(y)[from * image.channels +
                           (image.channels == 1 ? 0 : maps[c].source)];
          ASSERT_EQ(out[static_cast<size_t>(at)],
                    NormalizePixel(value, maps[c], mean))
              << p.crop_width << ", " << c << ", " << y << ", " << x;
        }
      }
    }
    for (; at < size + 8; ++at) {
      ASSERT_EQ(out[static_cast<size_t>(at)], -1.0f);
    }
  }
}

}  // namespace
}  // namespace alexnet
