#include "core/preprocess/view.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include "core/base/file.h"
#include "core/preprocess/source_picture.h"

namespace alexnet {
namespace {

constexpr size_t kGoldenView = 3 * 33 * 33;

std::vector<float> GoldenView(int number) {
  const std::vector<std::byte> bytes =
      ReadFile("tests/golden/resize/views.bin", 1 << 20).value();
  std::vector<float> view(kGoldenView);
  std::memcpy(view.data(), bytes.data() + number * kGoldenView * sizeof(float),
              kGoldenView * sizeof(float));
  return view;
}

Preprocessing TorchvisionSmall() {
  Preprocessing p;
  p.resize = 40;
  p.crop_height = p.crop_width = 33;
  p.scale = 1.0f / 255.0f;
  p.mean_kind = MeanKind::kChannel;
  p.mean = {0.485f, 0.456f, 0.406f};
  p.stddev = {0.229f, 0.224f, 0.225f};
  return p;
}

Preprocessing Plain(int resize, int crop) {
  Preprocessing p;
  p.resize = resize;
  p.crop_height = p.crop_width = crop;
  return p;
}

std::vector<float> Centre(const Image& image, const Preprocessing& p) {
  std::vector<float> out(static_cast<size_t>(p.channels()) * p.crop_height *
                         p.crop_width);
  const Status status = RenderCentre(image, p, out.data());
  EXPECT_TRUE(status.ok()) << status.ToString();
  return out;
}

void ExpectNear(const std::vector<float>& a, const std::vector<float>& b,
                float tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_NEAR(a[i], b[i], tolerance) << "at " << i;
  }
}

TEST(ViewTest, EqualsTorchvision) {
  const Preprocessing p = TorchvisionSmall();
  ExpectNear(Centre(SourcePicture(0, 61, 47, 3), p), GoldenView(0), 2e-6f);
  ExpectNear(Centre(SourcePicture(0, 45, 60, 3), p), GoldenView(1), 2e-6f);
}

TEST(ViewTest, EqualsCaffe) {
  Preprocessing p = Plain(40, 33);
  p.order = ChannelOrder::kBgr;
  p.resize_rule = ResizeRule::kWarp;
  p.resize_filter = ResizeFilter::kOpenCvLinear;
  p.mean_kind = MeanKind::kImageAtCrop;
  auto mean = std::make_shared<MeanImage>();
  mean->channels = 3;
  mean->height = mean->width = 40;
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 40; ++x) {
        mean->values.push_back(
            static_cast<float>(100 + 10 * c + (3 * y + x) % 7));
      }
    }
  }
  p.mean_image = mean;
  ExpectNear(Centre(SourcePicture(0, 61, 47, 3), p), GoldenView(2), 0.0f);
}

TEST(ViewTest, ResizedSizes) {
  Preprocessing p = Plain(256, 224);
  EXPECT_EQ(ResizedSize(p, {500, 375}).value(), (Size{341, 256}));
  EXPECT_EQ(ResizedSize(p, {375, 500}).value(), (Size{256, 341}));
  EXPECT_EQ(ResizedSize(p, {256, 256}).value(), (Size{256, 256}));
  EXPECT_FALSE(ResizedSize(p, {100000000, 1}).ok());
  EXPECT_FALSE(ResizedSize(p, {0, 10}).ok());
  p.resize_rule = ResizeRule::kWarp;
  EXPECT_EQ(ResizedSize(p, {500, 375}).value(), (Size{256, 256}));
  p.resize_rule = ResizeRule::kNone;
  EXPECT_EQ(ResizedSize(p, {500, 375}).value(), (Size{224, 224}));
}

// torchvision rounds half a pixel to even, the OpenCV family down.
TEST(ViewTest, CentreRounding) {
  Preprocessing p = Plain(227, 224);
  EXPECT_EQ(CentrePlacement(p, {227, 227}).value().x, 2);  // 1.5
  p.resize_filter = ResizeFilter::kOpenCvLinear;
  EXPECT_EQ(CentrePlacement(p, {227, 227}).value().x, 1);
  p = Plain(229, 224);
  EXPECT_EQ(CentrePlacement(p, {229, 229}).value().x, 2);  // 2.5
}

TEST(ViewTest, TenCropOrders) {
  Preprocessing p = Plain(40, 32);
  const auto at = [](const Placement& view) {
    return std::array<int, 3>{view.x, view.y, view.mirror ? 1 : 0};
  };
  const std::vector<Placement> caffe = TenCropPlacements(p, {80, 40}).value();
  ASSERT_EQ(caffe.size(), 10u);
  EXPECT_EQ(at(caffe[0]), (std::array<int, 3>{0, 0, 0}));
  EXPECT_EQ(at(caffe[1]), (std::array<int, 3>{48, 0, 0}));
  EXPECT_EQ(at(caffe[2]), (std::array<int, 3>{0, 8, 0}));
  EXPECT_EQ(at(caffe[3]), (std::array<int, 3>{48, 8, 0}));
  EXPECT_EQ(at(caffe[4]), (std::array<int, 3>{24, 4, 0}));
  EXPECT_EQ(at(caffe[9]), (std::array<int, 3>{24, 4, 1}));
  p.view_order = ViewOrder::kConvnet;
  const std::vector<Placement> convnet = TenCropPlacements(p, {80, 40}).value();
  EXPECT_EQ(at(convnet[2]), (std::array<int, 3>{24, 4, 0}));
  EXPECT_EQ(at(convnet[3]), (std::array<int, 3>{0, 8, 0}));
  EXPECT_EQ(at(convnet[7]), (std::array<int, 3>{24, 4, 1}));
}

TEST(ViewTest, TenCropHoldsTheCropsAndTheirMirrors) {
  const Preprocessing p = Plain(40, 32);
  const Image image = SourcePicture(1, 40, 40, 3);  // resizing changes nothing
  const size_t size = 3 * 32 * 32;
  std::vector<float> views(kTenCrop * size);
  ASSERT_TRUE(RenderTenCrop(image, p, views.data()).ok());
  const int corners[5][2] = {{0, 0}, {8, 0}, {0, 8}, {8, 8}, {4, 4}};
  for (int view = 0; view < kTenCrop; ++view) {
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 32; ++x) {
          const int from_x = corners[view % 5][0] + (view < 5 ? x : 31 - x);
          const int from_y = corners[view % 5][1] + y;
          ASSERT_EQ(views[view * size + (c * 32 + y) * 32 + x],
                    image.row(from_y)[from_x * 3 + c]);
        }
      }
    }
  }
}

TEST(ViewTest, MeanImageAtCropAndAtCentre) {
  Preprocessing p = Plain(8, 4);
  auto mean = std::make_shared<MeanImage>();
  mean->channels = 3;
  mean->height = mean->width = 8;
  for (int i = 0; i < 3 * 64; ++i) {
    mean->values.push_back(static_cast<float>(i));
  }
  p.mean_image = mean;
  const Image black = Image::Create(8, 8, 3).value();
  std::vector<float> out(3 * 16);
  const Placement corner{{0, 0, 8, 8}, {8, 8}, 3, 1, false};
  p.mean_kind = MeanKind::kImageAtCrop;
  ASSERT_TRUE(RenderView(black, p, corner, ColorNoise{}, out.data()).ok());
  EXPECT_EQ(out[0], -(1.0f * 8 + 3));
  EXPECT_EQ(out[16 + 5], -(64.0f + 2 * 8 + 4));
  p.mean_kind = MeanKind::kImageAtCentre;
  ASSERT_TRUE(RenderView(black, p, corner, ColorNoise{}, out.data()).ok());
  EXPECT_EQ(out[0], -(2.0f * 8 + 2));
  // A mirrored view takes the mean under the pixels that it shows.
  Placement mirrored = corner;
  mirrored.mirror = true;
  p.mean_kind = MeanKind::kImageAtCrop;
  ASSERT_TRUE(RenderView(black, p, mirrored, ColorNoise{}, out.data()).ok());
  EXPECT_EQ(out[0], -(1.0f * 8 + 6));
}

TEST(ViewTest, GreyModelsSeeLuma) {
  Preprocessing p = Plain(20, 16);
  p.order = ChannelOrder::kGray;
  const Image image = SourcePicture(1, 33, 27, 3);
  const Image gray = ToGray(image).value();
  EXPECT_EQ(Centre(image, p), Centre(gray, p));
  // The resized picture, as the pipeline keeps it, gives the same view.
  EXPECT_EQ(Centre(ResizePicture(image, p).value(), p), Centre(image, p));
}

TEST(ViewTest, GreyPicturesInColourModels) {
  const Preprocessing p = Plain(20, 16);
  const std::vector<float> view = Centre(SourcePicture(1, 33, 27, 1), p);
  for (size_t i = 0; i < 256; ++i) {
    EXPECT_EQ(view[i], view[256 + i]);
    EXPECT_EQ(view[i], view[512 + i]);
  }
}

}  // namespace
}  // namespace alexnet
