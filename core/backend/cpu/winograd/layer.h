// What Winograd's loops are given, and how much memory they need.

#ifndef ALEXNET_CORE_BACKEND_CPU_WINOGRAD_LAYER_H_
#define ALEXNET_CORE_BACKEND_CPU_WINOGRAD_LAYER_H_

#include <cstdint>

namespace alexnet::cpu {

// A convolution of stride 1. Blobs are blocked by channels: (N, C / block, H,
// W, block), of which NHWC is the case block = C.
struct WinogradLayer {
  int64_t height = 0;
  int64_t width = 0;
  int64_t out_height = 0;
  int64_t out_width = 0;
  int64_t pad_top = 0;
  int64_t pad_left = 0;
  int64_t groups = 1;
  int64_t channels = 0;  // of a group
  int64_t filters = 0;   // of a group
  int64_t src_block = 0;
  int64_t dst_block = 0;
  bool relu = false;

  // Tiles of a plane; its last ones may reach past its end.
  int64_t tiles_y = 0;
  int64_t tiles_x = 0;

  int64_t tiles() const { return tiles_y * tiles_x; }
};

// Consecutive tiles, counted through all samples, that are worked on at once.
struct WinogradChunk {
  int64_t first = 0;
  int64_t tiles = 0;
  // Transformed: (groups, positions, channels / lanes, tiles, lanes).
  float* inputs = nullptr;
  // Of outputs, likewise, with filters in place of channels.
  float* gradients = nullptr;
};

// Channels that one task transforms.
inline constexpr int64_t kWinogradSlice = 64;
// Tiles, and panels of filters, whose products one task holds: they stay in a
// core's second-level cache until they are transformed back.
inline constexpr int64_t kWinogradTiles = 48;
inline constexpr int64_t kWinogradPanels = 2;

// Floats from one position to the next, a line more than there are: powers of
// two would put a tile's positions into the same few places of the caches.
constexpr int64_t WinogradStride(int64_t floats) { return floats + 16; }

inline int64_t WinogradInputTasks(const WinogradLayer& layer, int64_t tiles) {
  const int64_t channels = layer.groups * layer.channels;
  return tiles * ((channels + kWinogradSlice - 1) / kWinogradSlice);
}
inline int64_t WinogradGradientTasks(const WinogradLayer& layer,
                                     int64_t tiles) {
  const int64_t filters = layer.groups * layer.filters;
  return tiles * ((filters + kWinogradSlice - 1) / kWinogradSlice);
}

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_WINOGRAD_LAYER_H_
