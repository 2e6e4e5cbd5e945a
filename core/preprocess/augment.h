// Training-time augmentation: random crop, mirror and PCA colour noise (section
// 4.1 of the paper), drawn from Philox by (seed, epoch, sample) and so
// independent of threads, ranks and order.

#ifndef ALEXNET_CORE_PREPROCESS_AUGMENT_H_
#define ALEXNET_CORE_PREPROCESS_AUGMENT_H_

#include <array>
#include <cstdint>

#include "core/base/status.h"
#include "core/preprocess/augmentation.h"
#include "core/preprocess/image.h"
#include "core/preprocess/normalize.h"
#include "core/preprocess/spec.h"
#include "core/preprocess/view.h"

namespace alexnet {

// The random numbers of one picture's augmentation. Mirror, noise and crop have
// draws of their own: an option changed changes only what it is about.
struct AugmentationDraw {
  // One try of a crop; all uniform in [0, 1).
  struct CropTry {
    float x = 0;
    float y = 0;
    float area = 0;    // kRandomResized only
    float aspect = 0;  // likewise
  };
  static constexpr int kTries = 10;  // torchvision's RandomResizedCrop

  bool mirror = false;
  std::array<float, 3> normals{};       // z ~ N(0, 1) for each colour component
  std::array<CropTry, kTries> tries{};  // kRandom uses the first
};

AugmentationDraw DrawAugmentation(const Augmentation& augmentation,
                                  uint64_t seed, uint32_t epoch,
                                  uint32_t sample);

// The draw applied to a picture of size `picture`. kRandom: uniform over all
// positions of the crop in the resized picture and its pad. kRandomResized:
// 8 to 100 % of the picture's area at an aspect from 3:4 to 4:3 (log-uniform),
// resized to the crop; after ten tries that do not fit, the largest centre crop
// of an allowed aspect.
Result<Placement> PlaceDraw(const AugmentationDraw& draw,
                            const Augmentation& augmentation,
                            const Preprocessing& preprocessing, Size picture);

// sigma * V (s * z): 0..255 units, RGB. Zero where the model knows no colour
// components; rescaling, if asked for, is done all the same.
ColorNoise NoiseOf(const AugmentationDraw& draw,
                   const Augmentation& augmentation,
                   const Preprocessing& preprocessing);

// PlaceDraw, NoiseOf and RenderView in one. `out` is as in RenderView.
Status RenderAugmented(const Image& image, const Preprocessing& preprocessing,
                       const Augmentation& augmentation,
                       const AugmentationDraw& draw, float* out);

// Likewise with RenderPixels.
Status RenderAugmentedPixels(const Image& image,
                             const Preprocessing& preprocessing,
                             const Augmentation& augmentation,
                             const AugmentationDraw& draw,
                             uint8_t* canvas_pixels, PixelView* view);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_AUGMENT_H_
