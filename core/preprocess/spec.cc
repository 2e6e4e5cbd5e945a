#include "core/preprocess/spec.h"

#include <fmt/core.h>

#include <cmath>
#include <string>
#include <string_view>

#include "core/base/check.h"

namespace alexnet {
namespace {

constexpr int kMaxSide = 16384;

Status Wrong(std::string_view field, const std::string& message) {
  return InvalidArgumentError(message).WithField(
      fmt::format("preprocessing.{}", field));
}

Status CheckSide(int side, std::string_view field) {
  return CheckRange(fmt::format("preprocessing.{}", field), side, 1, kMaxSide);
}

Status CheckSizes(const Preprocessing& p) {
  ALEXNET_RETURN_IF_ERROR(CheckSide(p.crop_height, "crop_height"));
  ALEXNET_RETURN_IF_ERROR(CheckSide(p.crop_width, "crop_width"));
  if (p.resize_rule == ResizeRule::kNone) return Status();
  ALEXNET_RETURN_IF_ERROR(CheckSide(p.resize, "resize"));
  if (p.crop_height > p.resize || p.crop_width > p.resize) {
    return Wrong("resize", fmt::format("the crop of {} x {} pixels is larger "
                                       "than the picture resized to {}; resize "
                                       "to at least the crop",
                                       p.crop_width, p.crop_height, p.resize));
  }
  return Status();
}

Status CheckNumbers(const Preprocessing& p) {
  if (!std::isfinite(p.scale) || p.scale == 0.0f) {
    return Wrong("scale",
                 fmt::format("{}; it must be finite and not 0", p.scale));
  }
  for (int c = 0; c < 3; ++c) {
    if (!std::isfinite(p.mean[c])) {
      return Wrong("mean", fmt::format("mean[{}] is {}; it must be finite", c,
                                       p.mean[c]));
    }
    if (!std::isfinite(p.stddev[c]) || p.stddev[c] <= 0.0f) {
      return Wrong("stddev",
                   fmt::format("stddev[{}] is {}; it must be finite and "
                               "above 0",
                               c, p.stddev[c]));
    }
    if (!std::isfinite(p.color_stddev[c]) || p.color_stddev[c] < 0.0f) {
      return Wrong("color_stddev",
                   fmt::format("color_stddev[{}] is {}; it must be finite and "
                               "not negative",
                               c, p.color_stddev[c]));
    }
  }
  for (size_t i = 0; i < p.color_axes.size(); ++i) {
    if (!std::isfinite(p.color_axes[i])) {
      return Wrong("color_axes",
                   fmt::format("color_axes[{}] is not finite", i));
    }
  }
  return Status();
}

Status CheckMeanImage(const Preprocessing& p, MeanImageRule rule) {
  if (!p.subtracts_image()) return Status();
  if (p.mean_image == nullptr) {
    if (rule == MeanImageRule::kMayBeMissing) return Status();
    return Wrong("mean_image",
                 "the model subtracts a mean image but has none; train it on "
                 "data, which computes one, or give it one");
  }
  const MeanImage& mean = *p.mean_image;
  if (mean.channels != p.channels()) {
    return Wrong("mean_image",
                 fmt::format("the mean image has {} channels, the model {}",
                             mean.channels, p.channels()));
  }
  if (mean.height < p.crop_height || mean.width < p.crop_width) {
    return Wrong(
        "mean_image",
        fmt::format("the mean image of {} x {} pixels is smaller than "
                    "the crop of {} x {}",
                    mean.width, mean.height, p.crop_width, p.crop_height));
  }
  if (mean.height > kMaxSide || mean.width > kMaxSide ||
      mean.values.size() != static_cast<size_t>(mean.channels) *
                                static_cast<size_t>(mean.height) *
                                static_cast<size_t>(mean.width)) {
    return Wrong("mean_image",
                 fmt::format("the mean image of {} x {} x {} holds {} values",
                             mean.channels, mean.height, mean.width,
                             mean.values.size()));
  }
  for (const float value : mean.values) {
    if (!std::isfinite(value)) {
      return Wrong("mean_image",
                   "the mean image holds values that are not "
                   "finite numbers");
    }
  }
  return Status();
}

}  // namespace

Status ValidatePreprocessing(const Preprocessing& p,
                             MeanImageRule mean_image_rule) {
  // BEGIN options: core.checks preprocessing of=p field=preprocessing.
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum("preprocessing.channel_order", p.order, ChannelOrder::kGray));
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum("preprocessing.resize_rule", p.resize_rule, ResizeRule::kWarp));
  ALEXNET_RETURN_IF_ERROR(CheckEnum("preprocessing.resize_filter",
                                    p.resize_filter,
                                    ResizeFilter::kOpenCvArea));
  ALEXNET_RETURN_IF_ERROR(CheckEnum("preprocessing.mean_kind", p.mean_kind,
                                    MeanKind::kImageAtCentre));
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum("preprocessing.view_order", p.view_order, ViewOrder::kConvnet));
  // END options
  ALEXNET_RETURN_IF_ERROR(CheckSizes(p));
  ALEXNET_RETURN_IF_ERROR(CheckNumbers(p));
  return CheckMeanImage(p, mean_image_rule);
}

}  // namespace alexnet
