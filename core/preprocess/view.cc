#include "core/preprocess/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "core/preprocess/resize.h"

namespace alexnet {
namespace {

constexpr int64_t kMaxSide = 65536;  // after resizing

// Half of the space around a centred crop. `space` is not negative.
int CentreOffset(int space, ResizeFilter filter) {
  const int half = space / 2;
  if (filter == ResizeFilter::kAntialiasedBilinear && space % 2 != 0) {
    return half % 2 == 0 ? half : half + 1;
  }
  return half;
}

// Where in the mean image, along one axis, a crop starts. The mean image lies
// centred on the resized picture; a crop that reaches past it gets its edge.
int MeanOffset(const Preprocessing& preprocessing, int mean, int crop,
               int picture, int position) {
  const int space = mean - crop;
  if (preprocessing.mean_kind == MeanKind::kImageAtCentre) return space / 2;
  return std::clamp(position - (picture - mean) / 2, 0, space);
}

// A warp of the whole picture, or the picture itself where the sizes agree.
Placement Whole(Size picture, Size resized, int x, int y, bool mirror) {
  return {{0, 0, picture.width, picture.height}, resized, x, y, mirror};
}

}  // namespace

Result<Size> ResizedSize(const Preprocessing& preprocessing, Size picture) {
  if (picture.width < 1 || picture.height < 1) {
    return InvalidArgumentError("the picture is empty");
  }
  switch (preprocessing.resize_rule) {
    case ResizeRule::kNone:
      return Size{preprocessing.crop_width, preprocessing.crop_height};
    case ResizeRule::kWarp:
      return Size{preprocessing.resize, preprocessing.resize};
    case ResizeRule::kShortSide:
      break;
  }
  const int64_t shorter = std::min(picture.width, picture.height);
  const int64_t longer = std::max(picture.width, picture.height);
  const int64_t resized = preprocessing.resize * longer / shorter;
  if (resized > kMaxSide) {
    return InvalidArgumentError(fmt::format(
        "the picture of {} x {} pixels is too elongated: resized to a shorter "
        "side of {}, its longer side would be {} pixels, and {} is the most; "
        "crop the picture",
        picture.width, picture.height, preprocessing.resize, resized,
        kMaxSide));
  }
  const int other = static_cast<int>(resized);
  return picture.width <= picture.height ? Size{preprocessing.resize, other}
                                         : Size{other, preprocessing.resize};
}

Result<Placement> CentrePlacement(const Preprocessing& preprocessing,
                                  Size picture) {
  ALEXNET_ASSIGN_OR_RETURN(const Size resized,
                           ResizedSize(preprocessing, picture));
  const ResizeFilter filter = preprocessing.resize_filter;
  return Whole(picture, resized,
               CentreOffset(resized.width - preprocessing.crop_width, filter),
               CentreOffset(resized.height - preprocessing.crop_height, filter),
               false);
}

Result<std::vector<Placement>> TenCropPlacements(
    const Preprocessing& preprocessing, Size picture) {
  ALEXNET_ASSIGN_OR_RETURN(const Placement centre,
                           CentrePlacement(preprocessing, picture));
  const int right = centre.resized.width - preprocessing.crop_width;
  const int bottom = centre.resized.height - preprocessing.crop_height;
  using Corner = std::pair<int, int>;
  const Corner middle{centre.x, centre.y};
  std::array<Corner, 5> corners{Corner{0, 0}, Corner{right, 0},
                                Corner{0, bottom}, Corner{right, bottom},
                                middle};
  if (preprocessing.view_order == ViewOrder::kConvnet) {
    corners = {Corner{0, 0}, Corner{right, 0}, middle, Corner{0, bottom},
               Corner{right, bottom}};
  }
  std::vector<Placement> views;
  for (const bool mirror : {false, true}) {
    for (const Corner& corner : corners) {
      views.push_back(
          Whole(picture, centre.resized, corner.first, corner.second, mirror));
    }
  }
  return views;
}

Result<Image> ResizePicture(const Image& image,
                            const Preprocessing& preprocessing) {
  ALEXNET_ASSIGN_OR_RETURN(const Size size,
                           ResizedSize(preprocessing, image.size()));
  if (preprocessing.order != ChannelOrder::kGray) {
    return Resize(image, size, preprocessing.resize_filter);
  }
  ALEXNET_ASSIGN_OR_RETURN(const Image gray, ToGray(image));
  return Resize(gray, size, preprocessing.resize_filter);
}

Status RenderView(const Image& image, const Preprocessing& preprocessing,
                  const Placement& placement, const ColorNoise& noise,
                  float* out) {
  if (preprocessing.order == ChannelOrder::kGray && image.channels == 3) {
    // Before resizing, as in ResizePicture: the rounding differs after it.
    ALEXNET_ASSIGN_OR_RETURN(const Image gray, ToGray(image));
    return RenderView(gray, preprocessing, placement, noise, out);
  }
  const int crop_width = preprocessing.crop_width;
  const int crop_height = preprocessing.crop_height;
  // The part of the crop that lies inside the resized picture.
  const int x0 = std::max(placement.x, 0);
  const int y0 = std::max(placement.y, 0);
  const int x1 = std::min(placement.x + crop_width, placement.resized.width);
  const int y1 = std::min(placement.y + crop_height, placement.resized.height);
  if (x1 <= x0 || y1 <= y0) {
    return InvalidArgumentError(fmt::format(
        "the crop at ({}, {}) lies outside the resized picture of {} x {}; use "
        "a smaller pad",
        placement.x, placement.y, placement.resized.width,
        placement.resized.height));
  }
  ALEXNET_ASSIGN_OR_RETURN(
      const Image part,
      Resize(image,
             {placement.source, placement.resized, {x0, y0, x1 - x0, y1 - y0}},
             preprocessing.resize_filter));
  CropWindow window;
  window.left = x0 - placement.x;
  window.top = y0 - placement.y;
  window.mirror = placement.mirror;
  if (const MeanImage* mean = preprocessing.mean_image.get()) {
    window.mean_x = MeanOffset(preprocessing, mean->width, crop_width,
                               placement.resized.width, placement.x);
    window.mean_y = MeanOffset(preprocessing, mean->height, crop_height,
                               placement.resized.height, placement.y);
  }
  NormalizeCrop(part, window, preprocessing, noise, out);
  return Status();
}

Status RenderCentre(const Image& image, const Preprocessing& preprocessing,
                    float* out) {
  ALEXNET_ASSIGN_OR_RETURN(const Placement placement,
                           CentrePlacement(preprocessing, image.size()));
  return RenderView(image, preprocessing, placement, ColorNoise{}, out);
}

Status RenderTenCrop(const Image& image, const Preprocessing& preprocessing,
                     float* out) {
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<Placement> views,
                           TenCropPlacements(preprocessing, image.size()));
  ALEXNET_ASSIGN_OR_RETURN(const Image resized,
                           ResizePicture(image, preprocessing));
  const size_t view_size = static_cast<size_t>(preprocessing.channels()) *
                           preprocessing.crop_height * preprocessing.crop_width;
  for (size_t i = 0; i < views.size(); ++i) {
    Placement view = views[i];
    view.source = resized.box();
    ALEXNET_RETURN_IF_ERROR(RenderView(resized, preprocessing, view,
                                       ColorNoise{}, out + i * view_size));
  }
  return Status();
}

}  // namespace alexnet
