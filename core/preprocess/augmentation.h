// Augmentation: the random changes that a training picture goes through
// (section 4.1 of the paper). Part of a network's recipe.

#ifndef ALEXNET_CORE_PREPROCESS_AUGMENTATION_H_
#define ALEXNET_CORE_PREPROCESS_AUGMENTATION_H_

#include <array>
#include <cstdint>

#include "core/base/status.h"

namespace alexnet {

// Numbers in this file are those of the model file and never change.

// BEGIN options: core.enum Crop
// What training sees of a picture.
enum class CropKind : int8_t {
  // Its centre.
  kCentre = 0,
  // Anywhere in the resized picture (section 4.1 of the paper).
  kRandom = 1,
  // torchvision's RandomResizedCrop: 8 to 100 % of the area, sides 3:4 to 4:3.
  kRandomResized = 2,
};
// END options
// BEGIN options: core.names Crop
inline constexpr std::array kCropKindNames = {"centre", "random",
                                              "random_resized"};
// END options

struct Augmentation {
  // BEGIN options: core.fields recipe nest=augmentation
  // What training sees of a picture.
  CropKind crop = CropKind::kRandom;
  // Margin of mean colour put around the resized picture before a random crop:
  // shifts, where pictures are no larger than the crop; 0 to 1,024 pixels.
  int pad = 0;
  // Mirrors half of the pictures left-right.
  bool mirror = true;
  // Standard deviation of the PCA colour noise (section 4.1 of the paper); 0 to
  // 10; 0: none.
  float color_sigma = 0.1f;
  // Divides by 1 + the colour noise's deviation afterwards, as the 2012 code
  // does.
  bool rescale_after_noise = false;
  // END options
};

// Refuses values out of range, naming the field.
Status ValidateAugmentation(const Augmentation& augmentation);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_AUGMENTATION_H_
