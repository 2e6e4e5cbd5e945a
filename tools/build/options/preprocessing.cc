// What happens to a picture before the network sees it. Options are only ever
// added, at the end: the model file and the C interface keep their order.

#include "tools/build/options/enums.h"
#include "tools/build/options/groups.h"

namespace alexnet::options {
namespace {

const Group kPreprocessing = {
    .name = "preprocessing",
    .core = "Preprocessing",
    .options = {
        {.name = "channel_order",
         .type = Type::kEnum,
         .choices = &kChannelOrder,
         .sentence = "Channels of the network's input",
         .value = "rgb",
         .core = "order"},
        {.name = "resize_rule",
         .type = Type::kEnum,
         .choices = &kResizeRule,
         .sentence = "To what size a picture is brought before it is cropped",
         .value = "short_side",
         .given = "none"},
        {.name = "resize_filter",
         .type = Type::kEnum,
         .choices = &kResizeFilter,
         .sentence = "Whose interpolation is reproduced, pixel by pixel",
         .value = "antialiased_bilinear"},
        {.name = "resize",
         .type = Type::kInt,
         .sentence = "The shorter side after resizing, or both, in pixels",
         .value = "256",
         .given = "0",
         .by_default = "the crop's longer side"},
        {.name = "crop_height",
         .type = Type::kInt,
         .sentence = "Height of the crop, and of the network's input, in "
                     "pixels",
         .value = "224",
         .given = "0",
         .by_default = "the network's",
         .rust = false},
        {.name = "crop_width",
         .type = Type::kInt,
         .sentence = "Width of the crop, and of the network's input, in pixels",
         .value = "224",
         .given = "0",
         .by_default = "the network's",
         .rust = false},
        {.name = "scale",
         .type = Type::kFloat,
         .sentence = "What a value of 0..255 is multiplied by before the mean "
                     "is subtracted",
         .value = "1.0f",
         .stored = "1"},
        {.name = "mean_kind",
         .type = Type::kEnum,
         .choices = &kMeanKind,
         .sentence = "What is subtracted of a picture",
         .value = "none"},
        {.name = "mean",
         .type = Type::kFloats,
         .elements = 3,
         .sentence = "Of each channel, in the model's channel order",
         .value = "0"},
        {.name = "stddev",
         .type = Type::kFloats,
         .elements = 3,
         .sentence =
             "What each channel is divided by, in the model's channel order",
         .value = "1"},
        {.name = "view_order",
         .type = Type::kEnum,
         .choices = &kViewOrder,
         .sentence = "Order of the five crops of ten-crop testing; their "
                     "mirrors follow",
         .value = "caffe"},
        {.name = "color_stddev",
         .type = Type::kFloats,
         .elements = 3,
         .sentence = "Principal components of the training colours (section "
                     "4.1 of the paper), RGB, 0..255: square roots of the "
                     "eigenvalues",
         .more = "All zero: unknown, no colour noise",
         .value = "0"},
        {.name = "color_axes",
         .type = Type::kFloats,
         .elements = 9,
         .sentence = "Their unit eigenvectors, one after another",
         .value = "0"},
    }};

}  // namespace

std::vector<const Group*> PreprocessingGroups() { return {&kPreprocessing}; }

}  // namespace alexnet::options
