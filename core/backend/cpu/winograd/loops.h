// Winograd's loops by form and instruction set. All run on one thread; callers
// share the tasks out.
//
// Errors, |y - y'| over the largest |y|, of random values in [-1, 1) over up to
// 512 channels: below 5e-6 of 3x3 and 4x4 outputs of 3x3 taps, 2e-5 of 5x5 of
// 3x3, 3e-5 of 4x4 of 5x5; of gradients of weights likewise, over up to 130
// samples. What is not finite makes what its tile gives not finite, and NaN
// where a direct sum is NaN; so do products that overflow, from inputs of about
// 1e36 on.

#ifndef ALEXNET_CORE_BACKEND_CPU_WINOGRAD_LOOPS_H_
#define ALEXNET_CORE_BACKEND_CPU_WINOGRAD_LOOPS_H_

#include <cstdint>

#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/winograd/layer.h"

namespace alexnet::cpu {

enum class WinogradForm { k3x3Of3x3, k4x4Of3x3, k5x5Of3x3, k4x4Of5x5 };
struct WinogradLoops {
  int64_t outputs = 0;  // of a tile, on a side
  int64_t taps = 0;     // of a filter, on a side
  // Channels of a group, filters of a group and blocks of blobs are multiples.
  int64_t lanes = 0;
  int64_t columns = 0;  // filters of a panel of weights

  // Panels [begin, end), counted through all groups, of weights (groups *
  // filters, channels, taps, taps) to (groups, panels, positions, channels,
  // columns). In float64 and rounded once; filters that a group's last panel
  // lacks are zero.
  void (*transform_weights)(const WinogradLayer& layer, const float* weight,
                            int64_t begin, int64_t end,
                            float* transformed) = nullptr;
  // Transforms tasks [begin, end) of WinogradInputTasks.
  void (*transform_inputs)(const WinogradLayer& layer,
                           const WinogradChunk& chunk, int64_t begin,
                           int64_t end, const float* src) = nullptr;
  // Tasks [begin, end) of OutputTasks: multiplies with `weight` as
  // transform_weights made it, transforms back, adds `bias` (null:
  // none) and rectifies. `products`: scratch of this thread.
  void (*compute_outputs)(const WinogradLayer& layer,
                          const WinogradChunk& chunk, int64_t begin,
                          int64_t end, const float* weight, const float* bias,
                          float* products, float* dst) = nullptr;

  // For gradients of weights: transforms tasks [begin, end) of
  // WinogradGradientTasks; adds up, in tasks [begin, end) of SumTasks, the
  // products of what was transformed, where the first chunk begins anew; and
  // transforms the sums of channels [begin, end), counted through all groups,
  // back to (groups * filters, channels, taps, taps).
  void (*transform_gradients)(const WinogradLayer& layer,
                              const WinogradChunk& chunk, int64_t begin,
                              int64_t end, const float* gradient) = nullptr;
  void (*add_products)(const WinogradLayer& layer, const WinogradChunk& chunk,
                       int64_t begin, int64_t end, float* sums) = nullptr;
  void (*finish_gradients)(const WinogradLayer& layer, int64_t begin,
                           int64_t end, const float* sums,
                           float* weight_gradient) = nullptr;

  int64_t positions() const {
    return (outputs + taps - 1) * (outputs + taps - 1);
  }
  int64_t panels(const WinogradLayer& layer) const {  // of one group
    return (layer.filters + columns - 1) / columns;
  }
  int64_t OutputTasks(const WinogradLayer& layer, int64_t tiles) const {
    return (tiles + kWinogradTiles - 1) / kWinogradTiles * layer.groups *
           panels(layer);
  }
  int64_t SumTasks(const WinogradLayer& layer) const {
    return layer.groups * positions() * (layer.channels / lanes);
  }
  // Sizes in floats.
  int64_t InputsSize(const WinogradLayer& layer, int64_t tiles) const {
    return layer.groups * positions() * WinogradStride(layer.channels * tiles);
  }
  int64_t GradientsSize(const WinogradLayer& layer, int64_t tiles) const {
    return layer.groups * positions() * WinogradStride(layer.filters * tiles);
  }
  int64_t SumsSize(const WinogradLayer& layer) const {
    return layer.groups * positions() *
           WinogradStride(layer.channels * layer.filters);
  }
  int64_t ProductsSize() const {
    return positions() *
           WinogradStride(kWinogradPanels * kWinogradTiles * columns);
  }
  int64_t WeightSize(const WinogradLayer& layer) const {
    return layer.groups * panels(layer) * positions() * layer.channels *
           columns;
  }
};

WinogradLoops WinogradLoopsOf(WinogradForm form, InstructionSet set);

// `layer` with the tiles of the loops' form.
inline WinogradLayer WithTiles(const WinogradLoops& loops,
                               WinogradLayer layer) {
  layer.tiles_y = (layer.out_height + loops.outputs - 1) / loops.outputs;
  layer.tiles_x = (layer.out_width + loops.outputs - 1) / loops.outputs;
  return layer;
}

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_WINOGRAD_LOOPS_H_
