#include "tools/convert/library/preprocessing.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "tools/convert/base/errors.h"
#include "tools/convert/model/preprocessing_json.h"

namespace alexnet::convert {
namespace {

// Of ImageNet's training pictures, R, G, B in 0..255: Caffe's and
// cuda-convnet2's mean images, averaged.
constexpr float kCaffeMean[] = {122.6789f, 116.6688f, 104.0070f};
constexpr float kConvnetMean[] = {127.305f, 119.715f, 104.913f};
// torchvision's, in 0..1.
constexpr float kTorchMean[] = {0.485f, 0.456f, 0.406f};
constexpr float kTorchStddev[] = {0.229f, 0.224f, 0.225f};

void SetMean(Preprocessing* p, const float (&rgb)[3]) {
  p->mean_kind = ALEXNET_MEAN_CHANNEL;
  const bool bgr = p->channel_order == ALEXNET_CHANNELS_BGR;
  for (int c = 0; c < 3; ++c) p->mean[c] = rgb[bgr ? 2 - c : c];
}

// What programs that write `format` mostly do to pictures.
void SetConvention(std::string_view format, Preprocessing* p,
                   std::vector<std::string>* notes) {
  if (p->channel_order == ALEXNET_CHANNELS_GRAY) return;
  std::string convention;
  if (format == "caffe" || format == "npy") {
    p->channel_order = ALEXNET_CHANNELS_BGR;
    p->resize_rule = ALEXNET_RESIZE_WARP;
    p->resize_filter = ALEXNET_FILTER_OPENCV_LINEAR;
    p->scale = 1.0f;
    std::fill_n(p->stddev, 3, 1.0f);
    SetMean(p, kCaffeMean);
    convention = "Caffe's: BGR in 0..255 less ImageNet's mean";
  } else if (format == "darknet") {
    p->scale = 1.0f / 255.0f;
    p->mean_kind = ALEXNET_MEAN_NONE;
    std::fill_n(p->stddev, 3, 1.0f);
    convention = "Darknet's: RGB in 0..1";
  } else {
    p->scale = 1.0f / 255.0f;
    std::copy_n(kTorchStddev, 3, p->stddev);
    SetMean(p, kTorchMean);
    convention =
        "torchvision's: RGB in 0..1, less ImageNet's mean, over its "
        "standard deviation";
  }
  notes->push_back(
      "the file does not say how pictures are prepared; taken is " +
      convention);
}

}  // namespace

Preprocessing PreprocessingFor(const Network& network, const Recognised& found,
                               const ForeignModel& foreign,
                               std::string_view format, const Mean* mean,
                               std::vector<std::string>* notes) {
  if (!foreign.preprocessing.empty() && mean == nullptr) {
    return DecodePreprocessing(foreign.preprocessing);
  }
  Preprocessing p = network.preprocessing();
  if (found.preset.empty()) SetConvention(format, &p, notes);
  if (mean == nullptr && foreign.mean) mean = &*foreign.mean;
  if (mean != nullptr) return WithMean(p, *mean);
  const bool wants_image = p.mean_kind == ALEXNET_MEAN_IMAGE_AT_CROP ||
                           p.mean_kind == ALEXNET_MEAN_IMAGE_AT_CENTRE;
  if (!wants_image || p.mean_image != nullptr) return p;
  if (p.channel_order == ALEXNET_CHANNELS_GRAY) {
    throw Invalid("mean_file", found.preset +
                                   " subtracts a mean image, which the "
                                   "file does not have; give one");
  }
  SetMean(&p, kConvnetMean);
  notes->push_back(
      "the file has no mean image, so ImageNet's mean colour is subtracted; "
      "`mean_file` gives another");
  return p;
}

Preprocessing WithMean(const Preprocessing& preprocessing, const Mean& mean) {
  Preprocessing p = preprocessing;
  const int64_t channels = p.channel_order == ALEXNET_CHANNELS_GRAY ? 1 : 3;
  if (mean.channels != channels) {
    throw Invalid("mean", fmt::format("has {} channels; the network has {}",
                                      mean.channels, channels));
  }
  if (mean.height == 1 && mean.width == 1) {
    p.mean_kind = ALEXNET_MEAN_CHANNEL;
    std::copy(mean.values.begin(), mean.values.end(), p.mean);
    return p;
  }
  p.mean_kind = p.mean_kind == ALEXNET_MEAN_IMAGE_AT_CENTRE
                    ? ALEXNET_MEAN_IMAGE_AT_CENTRE
                    : ALEXNET_MEAN_IMAGE_AT_CROP;
  p.mean_image = mean.values.data();
  p.mean_image_height = static_cast<int32_t>(mean.height);
  p.mean_image_width = static_cast<int32_t>(mean.width);
  const bool square = mean.height == mean.width;
  if (square && mean.height >= std::max(p.crop_height, p.crop_width)) {
    p.resize = static_cast<int32_t>(mean.height);
    return p;
  }
  throw Invalid(
      "mean",
      fmt::format("an image of {} x {} does not cover crops of {} x "
                  "{}",
                  mean.height, mean.width, p.crop_height, p.crop_width));
}

Preprocessing ReverseChannels(const Preprocessing& preprocessing,
                              std::vector<float>* image) {
  Preprocessing p = preprocessing;
  p.channel_order = p.channel_order == ALEXNET_CHANNELS_BGR
                        ? ALEXNET_CHANNELS_RGB
                        : ALEXNET_CHANNELS_BGR;
  std::swap(p.mean[0], p.mean[2]);
  std::swap(p.stddev[0], p.stddev[2]);
  if (p.mean_image == nullptr) return p;
  const size_t area = static_cast<size_t>(p.mean_image_height) *
                      static_cast<size_t>(p.mean_image_width);
  image->assign(p.mean_image, p.mean_image + 3 * area);
  std::swap_ranges(image->begin(),
                   image->begin() + static_cast<std::ptrdiff_t>(area),
                   image->begin() + static_cast<std::ptrdiff_t>(2 * area));
  p.mean_image = image->data();
  return p;
}

}  // namespace alexnet::convert
