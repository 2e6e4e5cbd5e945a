#include <algorithm>
#include <memory>

#include "capi/call.h"
#include "capi/network.h"
#include "capi/struct_size.h"

namespace alexnet::capi {
namespace {

Result<std::shared_ptr<const MeanImage>> CopyMeanImage(
    const alexnet_preprocessing& given, int channels) {
  constexpr int kLargestSide = 4096;
  ALEXNET_RETURN_IF_ERROR(CheckRange("mean_image_height",
                                     given.mean_image_height, 1, kLargestSide));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("mean_image_width", given.mean_image_width, 1, kLargestSide));
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
  // BEGIN options: capi.fill preprocessing from=from to=to
  to.channel_order = static_cast<int32_t>(from.order);
  to.resize_rule = static_cast<int32_t>(from.resize_rule);
  to.resize_filter = static_cast<int32_t>(from.resize_filter);
  to.resize = from.resize;
  to.crop_height = from.crop_height;
  to.crop_width = from.crop_width;
  to.scale = from.scale;
  to.mean_kind = static_cast<int32_t>(from.mean_kind);
  std::copy(from.mean.begin(), from.mean.end(), to.mean);
  std::copy(from.stddev.begin(), from.stddev.end(), to.stddev);
  to.view_order = static_cast<int32_t>(from.view_order);
  std::copy(from.color_stddev.begin(), from.color_stddev.end(),
            to.color_stddev);
  std::copy(from.color_axes.begin(), from.color_axes.end(), to.color_axes);
  // END options
  if (from.mean_image != nullptr) {
    to.mean_image = from.mean_image->values.data();
    to.mean_image_height = from.mean_image->height;
    to.mean_image_width = from.mean_image->width;
  }
  return to;
}

Result<Preprocessing> ReadPreprocessing(const alexnet_preprocessing* pointer,
                                        const Network& network) {
  ALEXNET_RETURN_IF_ERROR(CheckPointer(pointer, "preprocessing"));
  ALEXNET_ASSIGN_OR_RETURN(const alexnet_preprocessing given,
                           ReadStruct(pointer, "alexnet_preprocessing"));
  Preprocessing to;
  // BEGIN options: capi.read preprocessing from=given to=to
  ALEXNET_ASSIGN_OR_RETURN(
      to.order, ReadEnum<ChannelOrder>(given.channel_order,
                                       ALEXNET_CHANNELS_GRAY, "channel_order"));
  ALEXNET_ASSIGN_OR_RETURN(
      to.resize_rule, ReadEnum<ResizeRule>(given.resize_rule,
                                           ALEXNET_RESIZE_WARP, "resize_rule"));
  ALEXNET_ASSIGN_OR_RETURN(
      to.resize_filter,
      ReadEnum<ResizeFilter>(given.resize_filter, ALEXNET_FILTER_OPENCV_AREA,
                             "resize_filter"));
  if (given.resize != 0) to.resize = given.resize;
  if (given.crop_height != 0) to.crop_height = given.crop_height;
  if (given.crop_width != 0) to.crop_width = given.crop_width;
  if (given.scale != 0) to.scale = given.scale;
  ALEXNET_ASSIGN_OR_RETURN(
      to.mean_kind,
      ReadEnum<MeanKind>(given.mean_kind, ALEXNET_MEAN_IMAGE_AT_CENTRE,
                         "mean_kind"));
  std::copy(std::begin(given.mean), std::end(given.mean), to.mean.begin());
  std::copy(std::begin(given.stddev), std::end(given.stddev),
            to.stddev.begin());
  ALEXNET_ASSIGN_OR_RETURN(
      to.view_order, ReadEnum<ViewOrder>(given.view_order,
                                         ALEXNET_VIEWS_CONVNET, "view_order"));
  std::copy(std::begin(given.color_stddev), std::end(given.color_stddev),
            to.color_stddev.begin());
  std::copy(std::begin(given.color_axes), std::end(given.color_axes),
            to.color_axes.begin());
  // END options
  // What is left open follows from the network.
  if (given.crop_height == 0) to.crop_height = static_cast<int>(network.height);
  if (given.crop_width == 0) to.crop_width = static_cast<int>(network.width);
  if (given.resize == 0) to.resize = std::max(to.crop_height, to.crop_width);
  for (float& divisor : to.stddev) {
    if (divisor == 0.0f) divisor = 1.0f;
  }
  if (given.mean_image != nullptr) {
    ALEXNET_ASSIGN_OR_RETURN(to.mean_image,
                             CopyMeanImage(given, to.channels()));
  }
  return to;
}

}  // namespace alexnet::capi
