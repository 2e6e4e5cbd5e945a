#include "core/preprocess/augment.h"

#include <algorithm>
#include <cmath>

#include "core/base/philox.h"

namespace alexnet {
namespace {

constexpr double kLeastArea = 0.08;
constexpr double kLeastAspect = 3.0 / 4.0;
constexpr double kMostAspect = 4.0 / 3.0;

// Position 0..space from a uniform number.
int Position(float uniform, int space) {
  return std::min(static_cast<int>(static_cast<double>(uniform) * (space + 1)),
                  space);
}

Placement CropTo(const Preprocessing& preprocessing, const Box& source,
                 bool mirror) {
  return {source,
          {preprocessing.crop_width, preprocessing.crop_height},
          0,
          0,
          mirror};
}

// The largest centred box of an allowed aspect.
Box FallbackBox(Size picture) {
  const double aspect = static_cast<double>(picture.width) / picture.height;
  int width = picture.width;
  int height = picture.height;
  if (aspect < kLeastAspect) {
    height = static_cast<int>(std::lrint(width / kLeastAspect));
  } else if (aspect > kMostAspect) {
    width = static_cast<int>(std::lrint(height * kMostAspect));
  }
  width = std::clamp(width, 1, picture.width);
  height = std::clamp(height, 1, picture.height);
  return {(picture.width - width) / 2, (picture.height - height) / 2, width,
          height};
}

Box RandomResizedBox(const AugmentationDraw& draw, Size picture) {
  const double area = static_cast<double>(picture.width) * picture.height;
  const double low = std::log(kLeastAspect);
  const double high = std::log(kMostAspect);
  for (const AugmentationDraw::CropTry& attempt : draw.tries) {
    const double target =
        area * (kLeastArea + (1.0 - kLeastArea) * attempt.area);
    const double aspect = std::exp(low + (high - low) * attempt.aspect);
    const double wide = std::rint(std::sqrt(target * aspect));
    const double high_side = std::rint(std::sqrt(target / aspect));
    if (wide < 1 || wide > picture.width || high_side < 1 ||
        high_side > picture.height) {
      continue;
    }
    const int width = static_cast<int>(wide);
    const int height = static_cast<int>(high_side);
    return {Position(attempt.x, picture.width - width),
            Position(attempt.y, picture.height - height), width, height};
  }
  return FallbackBox(picture);
}

}  // namespace

AugmentationDraw DrawAugmentation(const Augmentation& augmentation,
                                  uint64_t seed, uint32_t epoch,
                                  uint32_t sample) {
  PhiloxStream stream(seed, RandomPurpose::kAugmentation, epoch, sample);
  AugmentationDraw draw;
  // Always in this order and number, whatever is switched on.
  draw.mirror = stream.Uniform() < 0.5f && augmentation.mirror;
  for (float& normal : draw.normals) normal = stream.Normal();
  const int tries = augmentation.crop == CropKind::kRandomResized
                        ? AugmentationDraw::kTries
                        : 1;
  for (int i = 0; i < tries; ++i) {
    AugmentationDraw::CropTry& attempt = draw.tries[i];
    attempt.x = stream.Uniform();
    attempt.y = stream.Uniform();
    attempt.area = stream.Uniform();
    attempt.aspect = stream.Uniform();
  }
  return draw;
}

Result<Placement> PlaceDraw(const AugmentationDraw& draw,
                            const Augmentation& augmentation,
                            const Preprocessing& preprocessing, Size picture) {
  if (augmentation.crop == CropKind::kRandomResized) {
    if (picture.width < 1 || picture.height < 1) {
      return InvalidArgumentError("the picture is empty");
    }
    return CropTo(preprocessing, RandomResizedBox(draw, picture), draw.mirror);
  }
  ALEXNET_ASSIGN_OR_RETURN(Placement placement,
                           CentrePlacement(preprocessing, picture));
  placement.mirror = draw.mirror;
  if (augmentation.crop == CropKind::kRandom) {
    const int pad = augmentation.pad;
    const AugmentationDraw::CropTry& position = draw.tries[0];
    placement.x = Position(position.x, placement.resized.width -
                                           preprocessing.crop_width + 2 * pad) -
                  pad;
    placement.y =
        Position(position.y, placement.resized.height -
                                 preprocessing.crop_height + 2 * pad) -
        pad;
  }
  return placement;
}

ColorNoise NoiseOf(const AugmentationDraw& draw,
                   const Augmentation& augmentation,
                   const Preprocessing& preprocessing) {
  ColorNoise noise;
  const float sigma = augmentation.color_sigma;
  for (int k = 0; k < 3; ++k) {
    const float amount =
        sigma * draw.normals[k] * preprocessing.color_stddev[k];
    for (int c = 0; c < 3; ++c) {
      noise.rgb[c] += amount * preprocessing.color_axes[3 * k + c];
    }
  }
  if (augmentation.rescale_after_noise) noise.divisor = 1.0f + sigma;
  return noise;
}

Status RenderAugmented(const Image& image, const Preprocessing& preprocessing,
                       const Augmentation& augmentation,
                       const AugmentationDraw& draw, float* out) {
  ALEXNET_ASSIGN_OR_RETURN(
      const Placement placement,
      PlaceDraw(draw, augmentation, preprocessing, image.size()));
  return RenderView(image, preprocessing, placement,
                    NoiseOf(draw, augmentation, preprocessing), out);
}

Status RenderAugmentedPixels(const Image& image,
                             const Preprocessing& preprocessing,
                             const Augmentation& augmentation,
                             const AugmentationDraw& draw,
                             uint8_t* canvas_pixels, PixelView* view) {
  ALEXNET_ASSIGN_OR_RETURN(
      const Placement placement,
      PlaceDraw(draw, augmentation, preprocessing, image.size()));
  return RenderPixels(image, preprocessing, placement,
                      NoiseOf(draw, augmentation, preprocessing), canvas_pixels,
                      view);
}

}  // namespace alexnet
