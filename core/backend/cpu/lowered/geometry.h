// What a lowered convolution is given, and how its operands lie in memory.
//
// A convolution is the product of a matrix of taps, one row for each output
// pixel, and the weights, one column for each filter. The matrix is not made,
// since windows overlap: of what a band of a few rows of the output sees, each
// column of the source is laid out once, from top to bottom, and what lies
// between windows not at all. A pixel's taps are then a run in each of its
// window's columns; its neighbour's begin a few columns on, and those of the
// pixel below it some rows further down (MEC: Cho and Brand, arXiv:1706.06873).

#ifndef ALEXNET_CORE_BACKEND_CPU_LOWERED_GEOMETRY_H_
#define ALEXNET_CORE_BACKEND_CPU_LOWERED_GEOMETRY_H_

#include <algorithm>
#include <cstdint>

#include "core/base/checked_math.h"
#include "core/network/layer.h"

namespace alexnet::cpu {

// Blocks of channels.
struct BlockRange {
  int64_t begin = 0;
  int64_t end = 0;
};

// Blobs are blocked by channels: (N, C / block, H, W, block), of which dense is
// the case block = 1. Blocks divide the channels, or filters, of a group.
struct ConvolutionGeometry {
  Window window;  // its padding at the end is not looked at
  int64_t groups = 1;
  int64_t channels = 0;  // of a group
  int64_t filters = 0;   // of a group
  int64_t height = 0;
  int64_t width = 0;
  int64_t out_height = 0;
  int64_t out_width = 0;
  int64_t src_block = 1;
  int64_t dst_block = 1;  // 1, 8 or 16

  int64_t pixels() const { return out_height * out_width; }
  // Columns, and rows, from one pixel's window to the next's where they are
  // laid out.
  int64_t step_w() const { return std::min(window.stride_w, window.kernel_w); }
  int64_t step_h() const { return std::min(window.stride_h, window.kernel_h); }

  // The source's channels in chunks of whole blocks, so that a pixel's taps in
  // one and a panel of its weights stay in a core's caches.
  int64_t blocks() const { return channels / src_block; }
  int64_t chunk_blocks() const {
    constexpr int64_t kTaps = 512;
    return std::clamp<int64_t>(
        kTaps / (window.kernel_h * window.kernel_w * src_block), 1, blocks());
  }
  int64_t chunks() const {
    return (blocks() + chunk_blocks() - 1) / chunk_blocks();
  }
  BlockRange chunk(int64_t index) const {
    const int64_t begin = index * chunk_blocks();
    return {begin, std::min(begin + chunk_blocks(), blocks())};
  }
  // Floats of a pixel of the source: (blocks, block).
  int64_t pixel(const BlockRange& range) const {
    return (range.end - range.begin) * src_block;
  }
  // Of a column of a window: (kH, pixel).
  int64_t column(const BlockRange& range) const {
    return window.kernel_h * pixel(range);
  }
  // Taps of a group's filter: (chunks, kW, column).
  int64_t taps() const { return channels * window.kernel_h * window.kernel_w; }
  int64_t first_tap(const BlockRange& range) const {
    return range.begin * src_block * window.kernel_h * window.kernel_w;
  }
  int64_t tap(int64_t channel, int64_t ky, int64_t kx) const {
    const int64_t block = channel / src_block;
    const BlockRange range = chunk(block / chunk_blocks());
    return first_tap(range) + kx * column(range) + ky * pixel(range) +
           (block - range.begin) * src_block + channel % src_block;
  }

  // Floats of a sample, and of the channels or filters of a group in it.
  int64_t src_group() const { return channels * height * width; }
  int64_t src_sample() const { return groups * src_group(); }
  int64_t dst_group() const { return filters * pixels(); }
  int64_t dst_sample() const { return groups * dst_group(); }

  // Weights are panels of so many filters, (groups, panels, taps, panel), the
  // last one of a group filled up with zeros.
  int64_t panel() const {
    const int64_t whole = RoundUp<int64_t>(filters, 16);
    return whole % 32 == 0 ? 32 : 16;
  }
  int64_t panels() const { return (filters + panel() - 1) / panel(); }
  int64_t padded_filters() const { return panels() * panel(); }
  int64_t panel_size() const { return taps() * panel(); }
  int64_t weight_size() const { return groups * panels() * panel_size(); }
};

// Pixels of one row of the output from `pixel` on, counted through all rows.
struct PixelRun {
  int64_t pixel = 0;
  int64_t count = 0;
};

// Pixels of the output that share what is laid out of the source, at most
// kBand: `count` from `first` on in each of `rows` rows from `row` on.
inline constexpr int64_t kBand = 128;
struct PixelBand {
  int64_t row = 0;
  int64_t rows = 1;
  int64_t first = 0;
  int64_t count = 0;

  int64_t pixels() const { return rows * count; }
  PixelRun run(int64_t index, int64_t out_width) const {
    return {(row + index) * out_width + first, count};
  }
  // Columns and rows that are laid out for them.
  int64_t columns(const ConvolutionGeometry& geometry) const {
    return (count - 1) * geometry.step_w() + geometry.window.kernel_w;
  }
  int64_t src_rows(const ConvolutionGeometry& geometry) const {
    return (rows - 1) * geometry.step_h() + geometry.window.kernel_h;
  }
};

// How the output is divided into bands, evenly.
class Bands {
 public:
  // Bands of `most_rows` rows at most, of several where they are whole and what
  // is laid out of the widest chunk fits into a core's first cache.
  Bands(const ConvolutionGeometry& geometry, int64_t most_rows)
      : height_(geometry.out_height),
        width_(geometry.out_width),
        parts_((width_ + kBand - 1) / kBand) {
    constexpr int64_t kFloats = 6144;
    const int64_t most = std::min(most_rows, height_);
    PixelBand more = {.rows = 2, .count = width_};
    while (more.rows <= most && more.pixels() <= kBand &&
           more.src_rows(geometry) * more.columns(geometry) <=
               kFloats / geometry.pixel(geometry.chunk(0))) {
      rows_ = more.rows++;
    }
    stacks_ = (height_ + rows_ - 1) / rows_;
  }

  int64_t size() const { return stacks_ * parts_; }
  PixelBand operator[](int64_t index) const {
    const int64_t stack = index / parts_;
    const int64_t part = index % parts_;
    const int64_t row = height_ * stack / stacks_;
    const int64_t first = width_ * part / parts_;
    return {.row = row,
            .rows = height_ * (stack + 1) / stacks_ - row,
            .first = first,
            .count = width_ * (part + 1) / parts_ - first};
  }
  // As large as any of them.
  PixelBand largest() const {
    return {.rows = rows_, .count = (width_ + parts_ - 1) / parts_};
  }

 private:
  int64_t height_;
  int64_t width_;
  int64_t rows_ = 1;  // of a band, at most
  int64_t parts_;     // of a row
  int64_t stacks_ = 0;
};

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_LOWERED_GEOMETRY_H_
