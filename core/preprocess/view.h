// Views: which part of a picture the network looks at, and the picture that it
// sees.
//
// The resize rule gives every picture a resized form; views are crops of it.
// The centre crop starts at (resized - crop) / 2, rounded as the filter's
// library does: half to even for kAntialiasedBilinear (torchvision), down for
// the OpenCV filters (Caffe, cuda-convnet2).

#ifndef ALEXNET_CORE_PREPROCESS_VIEW_H_
#define ALEXNET_CORE_PREPROCESS_VIEW_H_

#include <vector>

#include "core/base/status.h"
#include "core/preprocess/image.h"
#include "core/preprocess/normalize.h"
#include "core/preprocess/pixel_view.h"
#include "core/preprocess/spec.h"

namespace alexnet {

inline constexpr int kTenCrop = 10;

// Where one view of a picture comes from: `source` of the picture is resized to
// `resized`, of which the crop at (x, y) is taken, mirrored left-right or not.
// (x, y) may be negative, and the crop reach past the far sides, by up to the
// augmentation's pad; what lies outside is of the mean colour.
struct Placement {
  Box source;
  Size resized;
  int x = 0;
  int y = 0;
  bool mirror = false;
};

// The size of a picture of size `picture` after the resize rule: kNone and
// pictures of another size than the crop: the crop's size (a warp); kShortSide:
// as torchvision, the longer side rounded down; kWarp: resize x resize. Refuses
// pictures so elongated that the longer side would exceed 65,536.
Result<Size> ResizedSize(const Preprocessing& preprocessing, Size picture);

// The centre crop of the resized picture.
Result<Placement> CentrePlacement(const Preprocessing& preprocessing,
                                  Size picture);

// Corner crops and centre crop in the model's view order, then their mirrors.
Result<std::vector<Placement>> TenCropPlacements(
    const Preprocessing& preprocessing, Size picture);

// The whole resized picture in the model's channel count (grey for kGray).
Result<Image> ResizePicture(const Image& image,
                            const Preprocessing& preprocessing);

// Cuts the view out and normalizes it into `out`, (channels, crop_height,
// crop_width) floats in the model's channel order. The image is RGB or grey;
// a grey one in a three-channel model counts as equal red, green and blue.
Status RenderView(const Image& image, const Preprocessing& preprocessing,
                  const Placement& placement, const ColorNoise& noise,
                  float* out);

// The same for a device that normalizes itself: the view's pixels into
// `canvas_pixels`, of size PixelCanvasOf, and how to normalize them.
Status RenderPixels(const Image& image, const Preprocessing& preprocessing,
                    const Placement& placement, const ColorNoise& noise,
                    uint8_t* canvas_pixels, PixelView* view);
// Room for any view.
PixelCanvas PixelCanvasOf(const Preprocessing& preprocessing);

// The centre view, and all ten views one after another.
Status RenderCentre(const Image& image, const Preprocessing& preprocessing,
                    float* out);
Status RenderTenCrop(const Image& image, const Preprocessing& preprocessing,
                     float* out);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_VIEW_H_
