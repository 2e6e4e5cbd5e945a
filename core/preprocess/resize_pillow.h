// Pillow's antialiased bilinear resize. Used by resize.cc only.

#ifndef ALEXNET_CORE_PREPROCESS_RESIZE_PILLOW_H_
#define ALEXNET_CORE_PREPROCESS_RESIZE_PILLOW_H_

#include "core/preprocess/image.h"
#include "core/preprocess/resize.h"

namespace alexnet {

// `out` has the size of job.region. The job is valid.
void ResizePillow(const Image& image, const ResizeJob& job, Image* out);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_RESIZE_PILLOW_H_
