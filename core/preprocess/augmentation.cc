#include "core/preprocess/augmentation.h"

#include "core/base/check.h"

namespace alexnet {

Status ValidateAugmentation(const Augmentation& augmentation) {
  // BEGIN options: core.checks recipe nest=augmentation of=augmentation
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum("crop", augmentation.crop, CropKind::kRandomResized));
  ALEXNET_RETURN_IF_ERROR(CheckRange<int>("pad", augmentation.pad, 0, 1'024));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<float>("color_sigma", augmentation.color_sigma, 0.0f, 10.0f));
  // END options
  return Status();
}

}  // namespace alexnet
