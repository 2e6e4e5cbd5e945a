#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "capi/call.h"
#include "capi/network.h"
#include "capi/struct_size.h"

namespace alexnet::capi {
namespace {

Status CheckEnum(int32_t value, int32_t last, const char* field) {
  if (value >= 0 && value <= last) return Status();
  return InvalidArgumentError(
             fmt::format("must be 0 to {}, not {}", last, value))
      .WithField(field);
}

Result<std::shared_ptr<const MeanImage>> CopyMeanImage(
    const alexnet_preprocessing& given, int channels) {
  constexpr int kLargestSide = 4096;
  for (const int side : {given.mean_image_height, given.mean_image_width}) {
    if (side < 1 || side > kLargestSide) {
      return InvalidArgumentError(
                 fmt::format("its sides must be 1 to {}, not {} x {}",
                             kLargestSide, given.mean_image_height,
                             given.mean_image_width))
          .WithField("mean_image");
    }
  }
  auto image = std::make_shared<MeanImage>();
  image->channels = channels;
  image->height = given.mean_image_height;
  image->width = given.mean_image_width;
  const size_t count = static_cast<size_t>(channels) *
                       static_cast<size_t>(image->height) *
                       static_cast<size_t>(image->width);
  image->values.assign(given.mean_image, given.mean_image + count);
  return std::shared_ptr<const MeanImage>(std::move(image));
}

}  // namespace

alexnet_preprocessing ToAbi(const Preprocessing& from) {
  alexnet_preprocessing to{};
  to.channel_order = static_cast<int32_t>(from.order);
  to.resize_rule = static_cast<int32_t>(from.resize_rule);
  to.resize_filter = static_cast<int32_t>(from.resize_filter);
  to.resize = from.resize;
  to.crop_height = from.crop_height;
  to.crop_width = from.crop_width;
  to.scale = from.scale;
  to.mean_kind = static_cast<int32_t>(from.mean_kind);
  to.view_order = static_cast<int32_t>(from.view_order);
  for (size_t i = 0; i < 3; ++i) {
    to.mean[i] = from.mean[i];
    to.stddev[i] = from.stddev[i];
    to.color_stddev[i] = from.color_stddev[i];
    for (size_t j = 0; j < 3; ++j) {
      to.color_axes[3 * i + j] = from.color_axes[i][j];
    }
  }
  if (from.mean_image != nullptr) {
    to.mean_image = from.mean_image->values.data();
    to.mean_image_height = from.mean_image->height;
    to.mean_image_width = from.mean_image->width;
  }
  return to;
}

Result<Preprocessing> FromAbi(const alexnet_preprocessing* pointer,
                              const Network& network) {
  ALEXNET_RETURN_IF_ERROR(CheckPointer(pointer, "preprocessing"));
  ALEXNET_ASSIGN_OR_RETURN(const alexnet_preprocessing given,
                           ReadStruct(pointer, "alexnet_preprocessing"));
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum(given.channel_order, ALEXNET_CHANNELS_GRAY, "channel_order"));
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum(given.resize_rule, ALEXNET_RESIZE_WARP, "resize_rule"));
  ALEXNET_RETURN_IF_ERROR(CheckEnum(
      given.resize_filter, ALEXNET_FILTER_OPENCV_AREA, "resize_filter"));
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum(given.mean_kind, ALEXNET_MEAN_IMAGE_AT_CENTRE, "mean_kind"));
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum(given.view_order, ALEXNET_VIEWS_CONVNET, "view_order"));
  Preprocessing to;
  to.order = static_cast<ChannelOrder>(given.channel_order);
  to.resize_rule = static_cast<ResizeRule>(given.resize_rule);
  to.resize_filter = static_cast<ResizeFilter>(given.resize_filter);
  to.crop_height = given.crop_height != 0 ? given.crop_height
                                          : static_cast<int>(network.height);
  to.crop_width = given.crop_width != 0 ? given.crop_width
                                        : static_cast<int>(network.width);
  to.resize = given.resize != 0 ? given.resize
                                : std::max(to.crop_height, to.crop_width);
  to.scale = given.scale != 0 ? given.scale : 1.0f;
  to.mean_kind = static_cast<MeanKind>(given.mean_kind);
  to.view_order = static_cast<ViewOrder>(given.view_order);
  for (size_t i = 0; i < 3; ++i) {
    to.mean[i] = given.mean[i];
    to.stddev[i] = given.stddev[i] != 0 ? given.stddev[i] : 1.0f;
    to.color_stddev[i] = given.color_stddev[i];
    for (size_t j = 0; j < 3; ++j) {
      to.color_axes[i][j] = given.color_axes[3 * i + j];
    }
  }
  if (given.mean_image != nullptr) {
    ALEXNET_ASSIGN_OR_RETURN(to.mean_image,
                             CopyMeanImage(given, to.channels()));
  }
  if (to.channels() != network.channels || to.crop_height != network.height ||
      to.crop_width != network.width) {
    return InvalidArgumentError(
               fmt::format("gives {} x {} x {} views, but the network takes {} "
                           "x {} x {}",
                           to.channels(), to.crop_height, to.crop_width,
                           network.channels, network.height, network.width))
        .WithField("preprocessing");
  }
  ALEXNET_RETURN_IF_ERROR(
      ValidatePreprocessing(to, MeanImageRule::kMayBeMissing));
  return to;
}

}  // namespace alexnet::capi
