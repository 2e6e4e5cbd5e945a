#include "tools/convert/library/preprocessing.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
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

int32_t OrderOf(bool bgr) {
  return bgr ? ALEXNET_CHANNELS_BGR : ALEXNET_CHANNELS_RGB;
}

std::string OrderName(const Preprocessing& p) {
  return p.channel_order == ALEXNET_CHANNELS_BGR ? "BGR" : "RGB";
}

std::string Assumed(const std::string& convention) {
  return "the file does not say how pictures are prepared; taken is " +
         convention +
         "; `scale`, `mean_file`, `mean_values` and `input_order` say it "
         "otherwise";
}

// Caffe's grey networks take 0..255 as it is where nothing else is said.
void SetGrayConvention(std::string_view format, Preprocessing* p,
                       std::vector<std::string>* notes) {
  std::string convention = "grey in 0..1";
  p->scale = 1.0f / 255.0f;
  if (format == "caffe") {
    p->scale = 1.0f;
    convention = "grey in 0..255";
  }
  p->mean_kind = ALEXNET_MEAN_NONE;
  std::fill_n(p->stddev, 3, 1.0f);
  notes->push_back(Assumed(convention));
}

void SetMean(Preprocessing* p, const float (&rgb)[3]) {
  p->mean_kind = ALEXNET_MEAN_CHANNEL;
  const bool bgr = p->channel_order == ALEXNET_CHANNELS_BGR;
  for (int c = 0; c < 3; ++c) p->mean[c] = rgb[bgr ? 2 - c : c];
}

// Pictures of ImageNet's size are cropped from 256 pixels in Caffe and
// torchvision; others are resized to the network's own.
void SetResize(Preprocessing* p) {
  constexpr int32_t kSmallest = 224;
  constexpr int32_t kResize = 256;
  const int32_t crop = std::max(p->crop_height, p->crop_width);
  if (crop >= kSmallest && crop < kResize) p->resize = kResize;
}

// What programs that write `format` mostly do to pictures. `mean` says in words
// what is subtracted of coloured ones.
void SetConvention(std::string_view format, const AskedPreparation& asked,
                   const std::string& mean, Preprocessing* p,
                   std::vector<std::string>* notes) {
  if (format != "darknet") SetResize(p);
  if (p->channel_order == ALEXNET_CHANNELS_GRAY) {
    SetGrayConvention(format, p, notes);
    return;
  }
  std::string convention;
  if (format == "caffe" || format == "npy") {
    p->channel_order = OrderOf(asked.bgr.value_or(true));
    p->resize_rule = ALEXNET_RESIZE_WARP;
    p->resize_filter = ALEXNET_FILTER_OPENCV_LINEAR;
    p->scale = 1.0f;
    std::fill_n(p->stddev, 3, 1.0f);
    SetMean(p, kCaffeMean);
    convention = "Caffe's: " + OrderName(*p) + " in 0..255 " + mean;
  } else if (format == "darknet") {
    p->channel_order = OrderOf(asked.bgr.value_or(false));
    p->scale = 1.0f / 255.0f;
    p->mean_kind = ALEXNET_MEAN_NONE;
    std::fill_n(p->stddev, 3, 1.0f);
    convention = "Darknet's: " + OrderName(*p) + " in 0..1";
  } else {
    p->channel_order = OrderOf(asked.bgr.value_or(false));
    p->scale = 1.0f / 255.0f;
    std::copy_n(kTorchStddev, 3, p->stddev);
    if (p->channel_order == ALEXNET_CHANNELS_BGR) {
      std::swap(p->stddev[0], p->stddev[2]);
    }
    SetMean(p, kTorchMean);
    convention = "torchvision's: " + OrderName(*p) + " in 0..1, " + mean +
                 ", over ImageNet's standard deviation";
  }
  notes->push_back(Assumed(convention));
}

// Whether the map is of pixels of 0..255 and not of 0..1: by the colour that
// becomes 0, or, where black does, by how much it shrinks them.
bool IsOfBytes(const ChannelMap& map) {
  constexpr double kBrightest = 1.5;
  constexpr double kShrinks = 1.0 / 32;
  double zero = 0.0;
  for (size_t i = 0; i < map.scale.size(); ++i) {
    zero = std::max(zero, std::abs(map.shift[i] / map.scale[i]));
  }
  return zero == 0.0 ? std::abs(map.scale[0]) <= kShrinks : zero > kBrightest;
}

// What the file itself does to pixels, in place of what is usual.
void SetPixels(const ForeignModel& foreign, Preprocessing* p,
               std::vector<std::string>* notes) {
  const ChannelMap& map = *foreign.pixels;
  const bool bytes = !foreign.pixels_of_unknown_range || IsOfBytes(map);
  const double range = bytes ? 1.0 : 255.0;
  p->scale = static_cast<float>(1.0 / range);
  p->mean_kind = ALEXNET_MEAN_NONE;
  for (size_t i = 0; i < map.scale.size() && i < 3; ++i) {
    if (map.scale[i] == 0.0) {
      throw Unsupported("",
                        "prepares pictures so that nothing is left of them");
    }
    p->mean[i] = static_cast<float>((0.0 - map.shift[i]) / map.scale[i]);
    p->stddev[i] = static_cast<float>(1.0 / map.scale[i]);
    if (p->mean[i] != 0.0f) p->mean_kind = ALEXNET_MEAN_CHANNEL;
  }
  if (!foreign.pixels_of_unknown_range) return;
  notes->push_back(
      std::string("what the file does to pictures first became the model's "
                  "preprocessing; by its numbers it takes pixels of ") +
      (bytes ? "0..255" : "0..1"));
}

// Whose mean coloured pictures are less.
std::string MeanInWords(const ForeignModel& foreign,
                        const AskedPreparation& asked) {
  if (asked.mean) return "less the mean that was given";
  if (foreign.mean) return "less the file's mean";
  return "less ImageNet's mean";
}

// With the channels in that order; `image` keeps a mean image that is turned.
Preprocessing InOrder(const Preprocessing& p, bool bgr,
                      std::vector<float>* image) {
  if (p.channel_order == ALEXNET_CHANNELS_GRAY) {
    throw Invalid("input_order", "the network takes grey pictures");
  }
  return p.channel_order == OrderOf(bgr) ? p : ReverseChannels(p, image);
}

// With a mean of pixels of 0..255, or of 0..1 where the network takes those and
// no number is above; its values become those of the network's own range.
Preprocessing WithMean(const Preprocessing& preprocessing, Mean* mean) {
  Preprocessing p = preprocessing;
  const int64_t channels = p.channel_order == ALEXNET_CHANNELS_GRAY ? 1 : 3;
  if (mean->height == 1 && mean->width == 1 && mean->channels == 1) {
    mean->values.assign(static_cast<size_t>(channels), mean->values[0]);
    mean->channels = channels;
  }
  if (mean->channels != channels) {
    throw Invalid("mean", fmt::format("has {} channels; the network has {}",
                                      mean->channels, channels));
  }
  const bool of_ones = std::all_of(mean->values.begin(), mean->values.end(),
                                   [](float value) { return value <= 1.0f; });
  if (p.scale != 1.0f && !of_ones) {
    for (float& value : mean->values) value *= p.scale;
  }
  if (mean->height == 1 && mean->width == 1) {
    p.mean_kind = ALEXNET_MEAN_CHANNEL;
    p.mean_image = nullptr;
    std::copy(mean->values.begin(), mean->values.end(), p.mean);
    return p;
  }
  p.mean_kind = p.mean_kind == ALEXNET_MEAN_IMAGE_AT_CENTRE
                    ? ALEXNET_MEAN_IMAGE_AT_CENTRE
                    : ALEXNET_MEAN_IMAGE_AT_CROP;
  p.mean_image = mean->values.data();
  p.mean_image_height = static_cast<int32_t>(mean->height);
  p.mean_image_width = static_cast<int32_t>(mean->width);
  const bool square = mean->height == mean->width;
  if (square && mean->height >= std::max(p.crop_height, p.crop_width)) {
    p.resize = static_cast<int32_t>(mean->height);
    return p;
  }
  throw Invalid("mean", fmt::format("an image of {} x {} does not cover crops "
                                    "of {} x {}; `mean_values` subtracts a "
                                    "colour in its place",
                                    mean->height, mean->width, p.crop_height,
                                    p.crop_width));
}

}  // namespace

Preprocessing PreprocessingFor(const Network& network, const Recognised& found,
                               ForeignModel* foreign, std::string_view format,
                               AskedPreparation* asked,
                               std::vector<std::string>* notes) {
  if (!foreign->preprocessing.empty()) {
    return WithAsked(DecodePreprocessing(foreign->preprocessing), asked,
                     &foreign->turned_mean);
  }
  Preprocessing p = network.preprocessing();
  if (found.preset.empty()) {
    // Where the file says what is done, the channels' order alone is assumed,
    // and nothing where that is asked for.
    const bool said = foreign->pixels || asked->scale;
    std::vector<std::string> assumed;
    SetConvention(format, *asked, MeanInWords(*foreign, *asked), &p,
                  said ? &assumed : notes);
  } else if (asked->bgr) {
    p = InOrder(p, *asked->bgr, &foreign->turned_mean);
  }
  if (foreign->pixels) SetPixels(*foreign, &p, notes);
  const bool given = asked->mean.has_value();
  if (!given && foreign->mean) asked->mean = foreign->mean;
  if (!asked->mean && !foreign->mean_image.empty()) {
    if (asked->scale || p.channel_order == ALEXNET_CHANNELS_GRAY ||
        p.stddev[0] != 1.0f) {
      throw Invalid(
          "mean_file",
          "the network takes pictures less the mean image \"" +
              foreign->mean_image +
              "\", which the file does not have; `mean_file` gives it, and "
              "`mean_values` numbers in its place, as 0");
    }
    SetMean(&p, kCaffeMean);
    notes->push_back("the mean image \"" + foreign->mean_image +
                     "\" is not in the file, so ImageNet's mean colour is "
                     "subtracted; `mean_file` gives it");
  }
  asked->bgr.reset();  // which is done
  p = WithAsked(p, asked, &foreign->turned_mean);
  if (asked->scale) {
    notes->push_back(fmt::format(
        "pictures are prepared as was asked: {} in 0..255 less {}, times {}",
        p.channel_order == ALEXNET_CHANNELS_GRAY ? "grey" : OrderName(p),
        given         ? "the mean that was given"
        : asked->mean ? "the file's mean"
                      : "no mean",
        *asked->scale));
  }
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

Preprocessing WithAsked(const Preprocessing& preprocessing,
                        AskedPreparation* asked, std::vector<float>* image) {
  Preprocessing p = preprocessing;
  if (asked->bgr) p = InOrder(p, *asked->bgr, image);
  if (asked->scale) {
    p.scale = 1.0f;
    p.mean_kind = ALEXNET_MEAN_NONE;
    p.mean_image = nullptr;
    std::fill_n(p.mean, 3, 0.0f);
    std::fill_n(p.stddev, 3, 1.0f / *asked->scale);
  }
  return asked->mean ? WithMean(p, &*asked->mean) : p;
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
