// Resizing of 8-bit pictures with the exact arithmetic of the libraries whose
// models we run:
//
// - kAntialiasedBilinear: Pillow's (and so torchvision's, on PIL pictures)
//   triangle filter widened by the scale, two passes, 22-bit fixed point,
//   rounded to 8 bits after each pass. Equal to the last bit.
// - kOpenCvLinear: cv::resize INTER_LINEAR, 11-bit fixed point. Equal to the
//   last bit.
// - kOpenCvArea: cv::resize INTER_AREA where neither side grows, otherwise
//   INTER_CUBIC. Within one level of OpenCV, whose own vector paths add up in
//   an order that depends on the build.
//
// All functions are pure and thread safe.

#ifndef ALEXNET_CORE_PREPROCESS_RESIZE_H_
#define ALEXNET_CORE_PREPROCESS_RESIZE_H_

#include "core/base/status.h"
#include "core/preprocess/image.h"
#include "core/preprocess/spec.h"

namespace alexnet {

// What to compute: `source`, a box of the picture, is cut out (nothing outside
// it is looked at), resized to `size`, and of that only `region` is computed
// and returned. Any region has exactly the pixels of the whole.
struct ResizeJob {
  Box source;
  Size size;
  Box region;
};

// The whole of `image` to `size`.
Result<Image> Resize(const Image& image, Size size, ResizeFilter filter);

// Refuses boxes that are empty or reach outside, and sides above 65,536 after
// resizing.
Result<Image> Resize(const Image& image, const ResizeJob& job,
                     ResizeFilter filter);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_RESIZE_H_
