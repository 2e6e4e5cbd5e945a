#include "core/backend/cpu/patches.h"

#include <algorithm>
#include <cstring>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/planes.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

int64_t PatchesOf(int64_t pixels) { return (pixels + kPatch - 1) / kPatch; }

// Four columns of a picture's row, `row`, or of none where that is null, to
// each pixel of a row of patches, which are `block` floats apart.
void FillRow(const float* row, int64_t width, int64_t pad, int64_t columns,
             int64_t block, float* out) {
  for (int64_t p = 0; p < columns; ++p) {
    const int64_t x = p * kPatch - pad;
    float* pixel = out + p * block;
    if (row == nullptr) {
      std::memset(pixel, 0, kPatch * sizeof(float));
    } else if (x >= 0 && x + kPatch <= width) {
      std::memcpy(pixel, row + x, kPatch * sizeof(float));
    } else {
      for (int64_t dx = 0; dx < kPatch; ++dx) {
        pixel[dx] = x + dx >= 0 && x + dx < width ? row[x + dx] : 0.0f;
      }
    }
  }
}

}  // namespace

PatchGeometry::PatchGeometry(const Convolution& plain,
                             const LayerShapes& plain_shapes)
    : convolution(plain), shapes(plain_shapes) {
  const Window& window = plain_shapes.window.window;
  const int64_t kernel_h = PatchesOf(window.kernel_h);
  const int64_t kernel_w = PatchesOf(window.kernel_w);
  convolution.window = Window{kernel_h, kernel_w, 1, 1};
  shapes.in = {1, plain_shapes.in[1] * kPatchArea,
               plain_shapes.window.out_h + kernel_h - 1,
               plain_shapes.window.out_w + kernel_w - 1};
  shapes.window.window = convolution.window;
}

WeightPatches::WeightPatches(const Shape& weight, const PatchGeometry& geometry)
    : weight_(weight),
      shape_{weight[0], weight[1] * kPatchArea,
             geometry.convolution.window.kernel_h,
             geometry.convolution.window.kernel_w} {}

void WeightPatches::ToPatches(const float* weight, float* patches) const {
  std::fill_n(patches, elements(), 0.0f);
  for (int64_t o = 0; o < weight_[0]; ++o) {
    for (int64_t c = 0; c < weight_[1]; ++c) {
      for (int64_t y = 0; y < weight_[2]; ++y) {
        for (int64_t x = 0; x < weight_[3]; ++x) {
          const int64_t channel = (o * weight_[1] + c) * kPatchArea +
                                  y % kPatch * kPatch + x % kPatch;
          patches[(channel * shape_[2] + y / kPatch) * shape_[3] + x / kPatch] =
              *weight++;
        }
      }
    }
  }
}

void FillPatches(const Window& window, const Shape& pictures,
                 const Format& patches, const float* src, float* blob) {
  const int64_t channels = pictures[1];
  const int64_t height = pictures[2];
  const int64_t width = pictures[3];
  const int64_t rows = patches.shape[2];
  const int64_t columns = patches.shape[3];
  const int64_t block = ChannelBlock(patches);
  ParallelFor(pictures[0] * rows, 4, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t n = task / rows;
      const int64_t row = task % rows;
      for (int64_t c = 0; c < channels; ++c) {
        for (int64_t dy = 0; dy < kPatch; ++dy) {
          const int64_t channel = c * kPatchArea + dy * kPatch;
          const int64_t y = row * kPatch + dy - window.pad_top;
          FillRow(y < 0 || y >= height
                      ? nullptr
                      : src + ((n * channels + c) * height + y) * width,
                  width, window.pad_left, columns, block,
                  blob +
                      PlaneOf(n * channels * kPatchArea + channel, block,
                              rows * columns) +
                      row * columns * block);
        }
      }
    }
  });
}

}  // namespace alexnet::cpu
