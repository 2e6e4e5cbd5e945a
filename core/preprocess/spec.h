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

enum class ChannelOrder : int8_t {
  kRgb = 0,
  kBgr = 1,
  kGray = 2,  // one channel, ITU-R 601 luma
};

enum class ResizeRule : int8_t {
  kNone = 0,       // pictures have the crop's size already, or are warped to it
  kShortSide = 1,  // shorter side to `resize`, aspect kept (paper, torchvision)
  kWarp = 2,       // both sides to `resize`, aspect not kept (Caffe)
};

enum class ResizeFilter : int8_t {
  kAntialiasedBilinear = 0,  // Pillow's and torchvision's (antialias) triangle
  kOpenCvLinear = 1,         // cv::resize INTER_LINEAR, 8-bit fixed point
  kOpenCvArea =
      2,  // cv::resize INTER_AREA down, INTER_CUBIC up (cuda-convnet2)
};

enum class MeanKind : int8_t {
  kNone = 0,
  kChannel = 1,        // mean[c]
  kImageAtCrop = 2,    // mean image cropped where the picture is (Caffe)
  kImageAtCentre = 3,  // centre crop of the mean image always (2012 code)
};

// Order of the five crops of ten-crop testing; their mirrors follow in the same
// order.
enum class ViewOrder : int8_t {
  kCaffe = 0,    // top left, top right, bottom left, bottom right, centre
  kConvnet = 1,  // top left, top right, centre, bottom left, bottom right
};

struct MeanImage {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::vector<float> values;  // (channels, height, width), the model's order
};

struct Preprocessing {
  ChannelOrder order = ChannelOrder::kRgb;
  ResizeRule resize_rule = ResizeRule::kShortSide;
  ResizeFilter resize_filter = ResizeFilter::kAntialiasedBilinear;
  int resize = 256;       // pixels; for kWarp both sides
  int crop_height = 224;  // pixels; equal to the network's input
  int crop_width = 224;
  float scale = 1.0f;
  MeanKind mean_kind = MeanKind::kNone;
  std::array<float, 3> mean{0, 0, 0};           // in the model's channel order
  std::array<float, 3> stddev{1, 1, 1};         // likewise
  std::shared_ptr<const MeanImage> mean_image;  // for the kImage kinds
  ViewOrder view_order = ViewOrder::kCaffe;
  // Principal components of the training set's colours (section 4.1 of the
  // paper) in RGB and 0..255 units: square roots of the eigenvalues, and unit
  // eigenvectors as rows. All zero: unknown, colour noise is off.
  std::array<float, 3> color_stddev{0, 0, 0};
  std::array<std::array<float, 3>, 3> color_axes{};

  int channels() const { return order == ChannelOrder::kGray ? 1 : 3; }
};

// Whether a model whose mean kind is an image must have one. Only a bare preset
// that has not seen data may lack it.
enum class MeanImageRule { kRequired, kMayBeMissing };

// Refuses sizes out of range, a crop larger than the resized picture, zero
// stddev, non-finite numbers, and a mean image that is missing, too small, or
// of the wrong channel count. The error names the field.
Status ValidatePreprocessing(
    const Preprocessing& preprocessing,
    MeanImageRule mean_image_rule = MeanImageRule::kRequired);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_SPEC_H_
