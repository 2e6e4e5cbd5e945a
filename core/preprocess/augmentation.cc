#include "core/preprocess/augmentation.h"

#include <fmt/format.h>

#include <cmath>

namespace alexnet {

Status ValidateAugmentation(const Augmentation& augmentation) {
  constexpr int kMaxPad = 1024;
  constexpr float kMaxSigma = 10.0f;
  if (augmentation.crop < CropKind::kCentre ||
      augmentation.crop > CropKind::kRandomResized) {
    return InvalidArgumentError(
               fmt::format("unknown crop kind {}; 0 to 2 are known",
                           static_cast<int>(augmentation.crop)))
        .WithField("augmentation.crop");
  }
  if (augmentation.pad < 0 || augmentation.pad > kMaxPad) {
    return InvalidArgumentError(
               fmt::format("pad is {}; it must be from 0 to {} pixels",
                           augmentation.pad, kMaxPad))
        .WithField("augmentation.pad");
  }
  if (!(augmentation.color_sigma >= 0.0f &&
        augmentation.color_sigma <= kMaxSigma)) {
    return InvalidArgumentError(
               fmt::format("the colour noise is {}; it must be from 0 to {}",
                           augmentation.color_sigma, kMaxSigma))
        .WithField("augmentation.color_sigma");
  }
  return Status();
}

}  // namespace alexnet
