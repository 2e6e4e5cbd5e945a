// The enums of the description, for options that are one of their choices.

#ifndef ALEXNET_TOOLS_BUILD_OPTIONS_ENUMS_H_
#define ALEXNET_TOOLS_BUILD_OPTIONS_ENUMS_H_

#include "tools/build/options/description.h"

namespace alexnet::options {

extern const Enum kActivationKind;
extern const Enum kChannelOrder;
extern const Enum kClassBalance;
extern const Enum kCrop;
extern const Enum kDType;
extern const Enum kInit;
extern const Enum kLauncher;
extern const Enum kLayerType;
extern const Enum kLrnRegion;
extern const Enum kMeanKind;
extern const Enum kParallel;
extern const Enum kPoolKind;
extern const Enum kPrecision;
extern const Enum kRateScaling;
extern const Enum kResizeFilter;
extern const Enum kResizeRule;
extern const Enum kRounding;
extern const Enum kSchedule;
extern const Enum kTensorRole;
extern const Enum kViewOrder;
extern const Enum kWeightType;
extern const Enum kWhenFull;

}  // namespace alexnet::options

#endif  // ALEXNET_TOOLS_BUILD_OPTIONS_ENUMS_H_
