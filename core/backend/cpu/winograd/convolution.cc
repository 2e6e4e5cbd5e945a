#include "core/backend/cpu/winograd/convolution.h"

#include <algorithm>

#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

// Blocks of tiles at once: few, so that what is transformed stays in a cache
// while every panel of weights is multiplied with it, but enough for all
// threads.
constexpr int64_t kLeastBlocks = 2;
constexpr int64_t kTasksOfAThread = 4;
constexpr int64_t kLeastInputTasks = 4;  // that are worth a thread

}  // namespace

WinogradConvolution::WinogradConvolution(WinogradForm form, InstructionSet set,
                                         const WinogradLayer& layer,
                                         int64_t batch)
    : loops_(WinogradLoopsOf(form, set)), layer_(WithTiles(loops_, layer)) {
  tiles_ = batch * layer_.tiles();
  threads_ = TeamSize();
  const int64_t panels = layer_.groups * loops_.panels(layer_);
  const int64_t blocks = std::max(
      kLeastBlocks, (kTasksOfAThread * threads_ + panels - 1) / panels);
  const int64_t at_once = blocks * kWinogradTiles;
  chunks_ = (tiles_ + at_once - 1) / at_once;
}

int64_t WinogradConvolution::scratch_size() const {
  const int64_t most = (tiles_ + chunks_ - 1) / chunks_;
  return loops_.InputsSize(layer_, most) + threads_ * loops_.ProductsSize();
}

void WinogradConvolution::TransformWeights(const float* weight,
                                           float* transformed) const {
  ParallelFor(layer_.groups * loops_.panels(layer_), 1,
              [&](int64_t begin, int64_t end) {
                loops_.transform_weights(layer_, weight, begin, end,
                                         transformed);
              });
}

void WinogradConvolution::Forward(const float* src, const float* transformed,
                                  const float* bias, float* dst,
                                  float* scratch) const {
  for (int64_t chunk = 0; chunk < chunks_; ++chunk) {
    WinogradChunk work;
    work.first = tiles_ * chunk / chunks_;
    work.tiles = tiles_ * (chunk + 1) / chunks_ - work.first;
    work.inputs = scratch + threads_ * loops_.ProductsSize();
    ParallelFor(WinogradInputTasks(layer_, work.tiles), kLeastInputTasks,
                [&](int64_t begin, int64_t end) {
                  loops_.transform_inputs(layer_, work, begin, end, src);
                });
    // Panels that are multiplied together are one thread's.
    const int64_t panels = loops_.panels(layer_);
    const int64_t runs = (panels + kWinogradPanels - 1) / kWinogradPanels;
    const auto first_task = [&](int64_t run) {
      return run / runs * panels + run % runs * kWinogradPanels;
    };
    ParallelFor(loops_.OutputTasks(layer_, work.tiles) / panels * runs, 1,
                [&](int slot, int64_t begin, int64_t end) {
                  loops_.compute_outputs(layer_, work, first_task(begin),
                                         first_task(end), transformed, bias,
                                         scratch + slot * loops_.ProductsSize(),
                                         dst);
                });
  }
}

}  // namespace alexnet::cpu
