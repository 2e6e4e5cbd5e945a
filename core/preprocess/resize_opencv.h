// OpenCV's INTER_LINEAR, INTER_AREA and INTER_CUBIC. Used by resize.cc only.

#ifndef ALEXNET_CORE_PREPROCESS_RESIZE_OPENCV_H_
#define ALEXNET_CORE_PREPROCESS_RESIZE_OPENCV_H_

#include "core/preprocess/image.h"
#include "core/preprocess/resize.h"

namespace alexnet {

// `out` has the size of job.region. The job is valid.
void ResizeOpenCvLinear(const Image& image, const ResizeJob& job, Image* out);
void ResizeOpenCvCubic(const Image& image, const ResizeJob& job, Image* out);
// Neither side grows.
void ResizeOpenCvArea(const Image& image, const ResizeJob& job, Image* out);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_RESIZE_OPENCV_H_
