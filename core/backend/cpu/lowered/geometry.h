// What a lowered convolution is given, and how its operands lie in memory.
//
// A convolution is the product of a matrix of taps, one row for each output
// pixel, and the weights, one column for each filter. Of the pixels of a row of
// the output the matrix is not made: their windows overlap, so the columns of
// the source that they see are laid side by side, each with what it has in all
// rows of the window, and a pixel's taps are those of its first column and on
// (MEC: Cho and Brand, arXiv:1706.06873).

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
  // Floats of a column of the source: (blocks, kH, block).
  int64_t column(const BlockRange& range) const {
    return (range.end - range.begin) * window.kernel_h * src_block;
  }
  // Taps of a group's filter: (chunks, kW, column).
  int64_t taps() const { return channels * window.kernel_h * window.kernel_w; }
  int64_t first_tap(const BlockRange& range) const {
    return range.begin * src_block * window.kernel_h * window.kernel_w;
  }
  int64_t tap(int64_t channel, int64_t ky, int64_t kx) const {
    const int64_t block = channel / src_block;
    const BlockRange range = chunk(block / chunk_blocks());
    return first_tap(range) + kx * column(range) +
           ((block - range.begin) * window.kernel_h + ky) * src_block +
           channel % src_block;
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

// Consecutive pixels of a row of the output, at most kStrip, which are
// multiplied at once.
inline constexpr int64_t kStrip = 96;
struct PixelStrip {
  int64_t row = 0;
  int64_t first = 0;
  int64_t count = 0;

  // Columns of the source that they see.
  int64_t columns(const Window& window) const {
    return (count - 1) * window.stride_w + window.kernel_w;
  }
};
inline int64_t StripsOfRow(const ConvolutionGeometry& geometry) {
  return (geometry.out_width + kStrip - 1) / kStrip;
}
inline int64_t StripsOf(const ConvolutionGeometry& geometry) {
  return geometry.out_height * StripsOfRow(geometry);
}
inline PixelStrip StripAt(const ConvolutionGeometry& geometry, int64_t index) {
  const int64_t strips = StripsOfRow(geometry);
  const int64_t part = index % strips;
  const int64_t first = geometry.out_width * part / strips;
  return {index / strips, first,
          geometry.out_width * (part + 1) / strips - first};
}

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_LOWERED_GEOMETRY_H_
