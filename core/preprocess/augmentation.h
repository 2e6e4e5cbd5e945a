// Augmentation: the random changes that a training picture goes through
// (section 4.1 of the paper). Part of a network's recipe.

#ifndef ALEXNET_CORE_PREPROCESS_AUGMENTATION_H_
#define ALEXNET_CORE_PREPROCESS_AUGMENTATION_H_

#include <cstdint>

#include "core/base/status.h"

namespace alexnet {

// Numbers in this file are those of the model file and never change.

enum class CropKind : int8_t {
  kCentre = 0,         // no random crop
  kRandom = 1,         // uniform position in the resized picture (paper, 4.1)
  kRandomResized = 2,  // torchvision's RandomResizedCrop: area 8-100 %, 3:4-4:3
};

struct Augmentation {
  CropKind crop = CropKind::kRandom;
  // Pixels of mean colour put around the resized picture before a random crop:
  // random shifts where pictures are no larger than the crop.
  int pad = 0;
  bool mirror = true;        // left-right, probability 1/2
  float color_sigma = 0.1f;  // PCA colour noise (paper, 4.1); 0: off
  // The 2012 code divides by 1 + color_sigma after adding the noise.
  bool rescale_after_noise = false;
};

// Refuses a negative or absurd pad and a sigma that is negative, not finite or
// above 10. The error names the field.
Status ValidateAugmentation(const Augmentation& augmentation);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_AUGMENTATION_H_
