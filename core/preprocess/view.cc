#include "core/preprocess/view.h"

#include <fmt/core.h>

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

namespace {

// A view's pixels that lie inside the resized picture.
struct CutOut {
  Image part;
  CropWindow window;
};

Result<CutOut> CutView(const Image& image, const Preprocessing& preprocessing,
                       const Placement& placement) {
  if (preprocessing.order == ChannelOrder::kGray && image.channels == 3) {
    // Before resizing, as in ResizePicture: the rounding differs after it.
    ALEXNET_ASSIGN_OR_RETURN(const Image gray, ToGray(image));
    return CutView(gray, preprocessing, placement);
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
  CutOut cut;
  ALEXNET_ASSIGN_OR_RETURN(
      cut.part,
      Resize(image,
             {placement.source, placement.resized, {x0, y0, x1 - x0, y1 - y0}},
             preprocessing.resize_filter));
  CropWindow& window = cut.window;
  window.left = x0 - placement.x;
  window.top = y0 - placement.y;
  window.mirror = placement.mirror;
  if (const MeanImage* mean = preprocessing.mean_image.get()) {
    window.mean_x = MeanOffset(preprocessing, mean->width, crop_width,
                               placement.resized.width, placement.x);
    window.mean_y = MeanOffset(preprocessing, mean->height, crop_height,
                               placement.resized.height, placement.y);
  }
  return cut;
}

// Rows of `part`, as many channels as the canvas has; grey counts as equal red,
// green and blue.
void CopyRow(const Image& part, int y, int channels, uint8_t* to) {
  const uint8_t* from = part.row(y);
  if (part.channels == channels) {
    std::copy_n(from, part.stride(), to);
    return;
  }
  for (int x = 0; x < part.width; ++x, to += channels) {
    std::fill_n(to, channels, from[x]);
  }
}

}  // namespace

Status RenderView(const Image& image, const Preprocessing& preprocessing,
                  const Placement& placement, const ColorNoise& noise,
                  float* out) {
  ALEXNET_ASSIGN_OR_RETURN(const CutOut cut,
                           CutView(image, preprocessing, placement));
  NormalizeCrop(cut.part, cut.window, preprocessing, noise, out);
  return Status();
}

PixelCanvas PixelCanvasOf(const Preprocessing& preprocessing) {
  return {preprocessing.crop_height, preprocessing.crop_width,
          preprocessing.channels()};
}

Status RenderPixels(const Image& image, const Preprocessing& preprocessing,
                    const Placement& placement, const ColorNoise& noise,
                    uint8_t* canvas_pixels, PixelView* view) {
  ALEXNET_ASSIGN_OR_RETURN(const CutOut cut,
                           CutView(image, preprocessing, placement));
  const PixelCanvas canvas = PixelCanvasOf(preprocessing);
  for (int y = 0; y < cut.part.height; ++y) {
    CopyRow(cut.part, y, canvas.channels,
            canvas_pixels + int64_t{y} * canvas.width * canvas.channels);
  }
  view->x = -cut.window.left;
  view->y = -cut.window.top;
  view->picture_width = cut.part.width;
  view->picture_height = cut.part.height;
  view->mean_x = cut.window.mean_x;
  view->mean_y = cut.window.mean_y;
  view->mirror = cut.window.mirror ? 1 : 0;
  const std::array<ChannelMap, 3> maps = ChannelMaps(preprocessing, noise);
  std::copy(maps.begin(), maps.end(), view->maps);
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
