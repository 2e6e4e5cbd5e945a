#include "core/preprocess/resize.h"

#include <fmt/core.h>

#include <cstring>
#include <new>

#include "core/preprocess/resize_opencv.h"
#include "core/preprocess/resize_pillow.h"

namespace alexnet {
namespace {

constexpr int kMaxSide = 65536;

bool Inside(const Box& box, Size size) {
  return box.x >= 0 && box.y >= 0 && box.width >= 1 && box.height >= 1 &&
         box.width <= size.width && box.height <= size.height &&
         box.x <= size.width - box.width && box.y <= size.height - box.height;
}

Status CheckJob(const Image& image, const ResizeJob& job) {
  if (!Inside(job.source, image.size())) {
    return InvalidArgumentError(fmt::format(
        "the box at ({}, {}) of {} x {} pixels is not inside the picture of "
        "{} x {}",
        job.source.x, job.source.y, job.source.width, job.source.height,
        image.width, image.height));
  }
  if (job.size.width < 1 || job.size.height < 1 || job.size.width > kMaxSide ||
      job.size.height > kMaxSide) {
    return InvalidArgumentError(
        fmt::format("cannot resize to {} x {} pixels; sides must be from 1 to "
                    "{}",
                    job.size.width, job.size.height, kMaxSide));
  }
  if (!Inside(job.region, job.size)) {
    return InvalidArgumentError(fmt::format(
        "the region at ({}, {}) of {} x {} pixels is not inside the resized "
        "picture of {} x {}",
        job.region.x, job.region.y, job.region.width, job.region.height,
        job.size.width, job.size.height));
  }
  return Status();
}

void Copy(const Image& image, const ResizeJob& job, Image* out) {
  for (int y = 0; y < out->height; ++y) {
    const uint8_t* from =
        image.row(job.source.y + job.region.y + y) +
        static_cast<size_t>(job.source.x + job.region.x) * image.channels;
    std::memcpy(out->row(y), from, out->stride());
  }
}

}  // namespace

Result<Image> Resize(const Image& image, Size size, ResizeFilter filter) {
  return Resize(image, {image.box(), size, {0, 0, size.width, size.height}},
                filter);
}

Result<Image> Resize(const Image& image, const ResizeJob& job,
                     ResizeFilter filter) {
  ALEXNET_RETURN_IF_ERROR(CheckJob(image, job));
  ALEXNET_ASSIGN_OR_RETURN(
      Image out,
      Image::Create(job.region.width, job.region.height, image.channels));
  const bool shrinks = job.size.width <= job.source.width &&
                       job.size.height <= job.source.height;
  try {
    if (job.size.width == job.source.width &&
        job.size.height == job.source.height) {
      Copy(image, job, &out);
    } else if (filter == ResizeFilter::kAntialiasedBilinear) {
      ResizePillow(image, job, &out);
    } else if (filter == ResizeFilter::kOpenCvLinear) {
      ResizeOpenCvLinear(image, job, &out);
    } else if (shrinks) {
      ResizeOpenCvArea(image, job, &out);
    } else {
      ResizeOpenCvCubic(image, job, &out);
    }
  } catch (const std::bad_alloc&) {
    return OutOfMemoryError(fmt::format(
        "no memory to resize {} x {} pixels to {} x {}", job.source.width,
        job.source.height, job.size.width, job.size.height));
  }
  return out;
}

}  // namespace alexnet
