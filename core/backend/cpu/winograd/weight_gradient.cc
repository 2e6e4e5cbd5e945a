#include "core/backend/cpu/winograd/weight_gradient.h"

#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

// Tiles at once: enough that sums are seldom loaded and stored, but a micro-
// kernel's inputs and gradients stay in the first-level cache.
constexpr int64_t kTiles = 128;
constexpr int64_t kLeastTransforms = 4;  // that are worth a thread

}  // namespace

WinogradWeightGradient::WinogradWeightGradient(WinogradForm form,
                                               InstructionSet set,
                                               const WinogradLayer& layer,
                                               int64_t batch)
    : loops_(WinogradLoopsOf(form, set)), layer_(WithTiles(loops_, layer)) {
  tiles_ = batch * layer_.tiles();
  chunks_ = (tiles_ + kTiles - 1) / kTiles;
}

int64_t WinogradWeightGradient::scratch_size() const {
  const int64_t most = (tiles_ + chunks_ - 1) / chunks_;
  return loops_.InputsSize(layer_, most) + loops_.GradientsSize(layer_, most) +
         loops_.SumsSize(layer_);
}

void WinogradWeightGradient::Compute(const float* src,
                                     const float* dst_gradient,
                                     float* weight_gradient,
                                     float* scratch) const {
  float* sums = scratch;
  for (int64_t number = 0; number < chunks_; ++number) {
    WinogradChunk chunk;
    chunk.first = tiles_ * number / chunks_;
    chunk.tiles = tiles_ * (number + 1) / chunks_ - chunk.first;
    chunk.inputs = sums + loops_.SumsSize(layer_);
    chunk.gradients = chunk.inputs + loops_.InputsSize(layer_, chunk.tiles);
    ParallelFor(WinogradInputTasks(layer_, chunk.tiles), kLeastTransforms,
                [&](int64_t begin, int64_t end) {
                  loops_.transform_inputs(layer_, chunk, begin, end, src);
                });
    ParallelFor(WinogradGradientTasks(layer_, chunk.tiles), kLeastTransforms,
                [&](int64_t begin, int64_t end) {
                  loops_.transform_gradients(layer_, chunk, begin, end,
                                             dst_gradient);
                });
    ParallelFor(loops_.SumTasks(layer_), 1, [&](int64_t begin, int64_t end) {
      loops_.add_products(layer_, chunk, begin, end, sums);
    });
  }
  ParallelFor(
      layer_.groups * layer_.channels, 1, [&](int64_t begin, int64_t end) {
        loops_.finish_gradients(layer_, begin, end, sums, weight_gradient);
      });
}

}  // namespace alexnet::cpu
