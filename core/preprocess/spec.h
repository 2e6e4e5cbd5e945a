// Preprocessing: what happens to a picture before the network sees it. It is
// part of every model, so that a model predicts correctly with no flags.
//
// A picture is resized (rule and filter), cropped to the network's input, put
// in the model's channel order and normalized, per channel c and pixel (y, x):
//
//   out = (value * scale - mean[c, y, x]) / stddev[c],   value in 0..255
//
// where mean is a per-channel constant, a mean image, or zero.

#ifndef ALEXNET_CORE_PREPROCESS_SPEC_H_
#define ALEXNET_CORE_PREPROCESS_SPEC_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

// Numbers in this file are those of the model file and never change.

// BEGIN options: core.enum ChannelOrder
// Channels of the network's input.
enum class ChannelOrder : int8_t {
  // Red, green, blue.
  kRgb = 0,
  // Blue, green, red, as Caffe has it.
  kBgr = 1,
  // One channel, ITU-R 601 luma.
  kGray = 2,
};
// END options
// BEGIN options: core.names ChannelOrder
inline constexpr std::array kChannelOrderNames = {"rgb", "bgr", "gray"};
// END options

// BEGIN options: core.enum ResizeRule
// To what size a picture is brought before it is cropped.
enum class ResizeRule : int8_t {
  // None: it is warped to the crop where the sizes differ.
  kNone = 0,
  // The shorter side to `resize`, the aspect kept (the paper, torchvision).
  kShortSide = 1,
  // Both sides to `resize`, the aspect not kept (Caffe).
  kWarp = 2,
};
// END options
// BEGIN options: core.names ResizeRule
inline constexpr std::array kResizeRuleNames = {"none", "short_side", "warp"};
// END options

// BEGIN options: core.enum ResizeFilter
// Whose interpolation is reproduced, pixel by pixel.
enum class ResizeFilter : int8_t {
  // Pillow's and torchvision's.
  kAntialiasedBilinear = 0,
  // OpenCV's INTER_LINEAR.
  kOpenCvLinear = 1,
  // OpenCV's INTER_AREA, INTER_CUBIC to enlarge (cuda-convnet2).
  kOpenCvArea = 2,
};
// END options
// BEGIN options: core.names ResizeFilter
inline constexpr std::array kResizeFilterNames = {
    "antialiased_bilinear", "opencv_linear", "opencv_area"};
// END options

// BEGIN options: core.enum MeanKind
// What is subtracted of a picture.
enum class MeanKind : int8_t {
  // Nothing.
  kNone = 0,
  // A number for each channel.
  kChannel = 1,
  // The mean image, cropped where the picture is (Caffe).
  kImageAtCrop = 2,
  // The mean image's centre, wherever the picture is cropped (the 2012 code).
  kImageAtCentre = 3,
};
// END options
// BEGIN options: core.names MeanKind
inline constexpr std::array kMeanKindNames = {
    "none", "channel", "image_at_crop", "image_at_centre"};
// END options

// BEGIN options: core.enum ViewOrder
// Order of the five crops of ten-crop testing; their mirrors follow.
enum class ViewOrder : int8_t {
  // Top left, top right, bottom left, bottom right, centre.
  kCaffe = 0,
  // Top left, top right, centre, bottom left, bottom right.
  kConvnet = 1,
};
// END options
// BEGIN options: core.names ViewOrder
inline constexpr std::array kViewOrderNames = {"caffe", "convnet"};
// END options

struct MeanImage {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::vector<float> values;  // (channels, height, width), the model's order
};

struct Preprocessing {
  // BEGIN options: core.fields preprocessing
  // Channels of the network's input.
  ChannelOrder order = ChannelOrder::kRgb;
  // To what size a picture is brought before it is cropped.
  ResizeRule resize_rule = ResizeRule::kShortSide;
  // Whose interpolation is reproduced, pixel by pixel.
  ResizeFilter resize_filter = ResizeFilter::kAntialiasedBilinear;
  // The shorter side after resizing, or both, in pixels.
  int resize = 256;
  // Height of the crop, and of the network's input, in pixels.
  int crop_height = 224;
  // Width of the crop, and of the network's input, in pixels.
  int crop_width = 224;
  // What a value of 0..255 is multiplied by before the mean is subtracted.
  float scale = 1.0f;
  // What is subtracted of a picture.
  MeanKind mean_kind = MeanKind::kNone;
  // Of each channel, in the model's channel order.
  std::array<float, 3> mean{};
  // What each channel is divided by, in the model's channel order.
  std::array<float, 3> stddev{1, 1, 1};
  // Order of the five crops of ten-crop testing; their mirrors follow.
  ViewOrder view_order = ViewOrder::kCaffe;
  // Principal components of the training colours (section 4.1 of the paper),
  // RGB, 0..255: square roots of the eigenvalues. All zero: unknown, no colour
  // noise.
  std::array<float, 3> color_stddev{};
  // Their unit eigenvectors, one after another.
  std::array<float, 9> color_axes{};
  // END options
  std::shared_ptr<const MeanImage> mean_image;  // for the image kinds

  int channels() const { return order == ChannelOrder::kGray ? 1 : 3; }
  // Whether a mean image is subtracted, which only a bare preset that has seen
  // no data may be without.
  bool subtracts_image() const {
    return mean_kind == MeanKind::kImageAtCrop ||
           mean_kind == MeanKind::kImageAtCentre;
  }
  bool lacks_mean_image() const {
    return subtracts_image() && mean_image == nullptr;
  }
  // Whether the components of the training colours are known.
  bool knows_colors() const { return color_stddev != std::array<float, 3>{}; }
};

// Whether what subtracts a mean image must have one.
enum class MeanImageRule { kRequired, kMayBeMissing };

// Refuses sizes out of range, a crop larger than the resized picture, zero
// stddev, non-finite numbers, and a mean image that is missing, too small, or
// of the wrong channel count. The error names the field.
Status ValidatePreprocessing(
    const Preprocessing& preprocessing,
    MeanImageRule mean_image_rule = MeanImageRule::kRequired);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_SPEC_H_
