#include "core/backend/cpu/winograd_choice.h"

#include <algorithm>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/planes.h"

namespace alexnet::cpu {
namespace {

// Of a group, and filters likewise: with fewer the transforms, which are not
// shared by as many products, cost more than the products that are saved.
constexpr int64_t kLeastChannels = 32;
// Of training, which transforms the weights anew for each step.
constexpr int64_t kLeastTrainingBatch = 16;

// What a form costs: the products of each tile, and reading the weights, which
// takes as long as multiplying them with so many tiles.
int64_t CostOf(WinogradForm form, const ResolvedWindow& window, int64_t batch) {
  const InstructionSet set = UsedInstructionSet();
  const int64_t tiles_of_a_weight = set == InstructionSet::kAvx512 ? 18 : 9;
  const WinogradLoops loops = WinogradLoopsOf(form, set);
  const auto tiles = [&](int64_t outputs) {
    return (outputs + loops.outputs - 1) / loops.outputs;
  };
  return loops.positions() *
         (batch * tiles(window.out_h) * tiles(window.out_w) +
          tiles_of_a_weight);
}

}  // namespace

WinogradForm WinogradFormOf(const ResolvedWindow& window, int64_t batch) {
  if (window.window.kernel_h == 5) return WinogradForm::k4x4Of5x5;
  return std::min({WinogradForm::k3x3Of3x3, WinogradForm::k4x4Of3x3,
                   WinogradForm::k5x5Of3x3},
                  [&](WinogradForm a, WinogradForm b) {
                    return CostOf(a, window, batch) < CostOf(b, window, batch);
                  });
}

bool WinogradWalks(const Format& format) {
  const int64_t block = ChannelBlock(format);
  return block % VectorBlock() == 0;
}

WinogradLayer WinogradLayerOf(const KernelRequest& request, const Format& src,
                              const Format& dst) {
  const Convolution& convolution = *As<Convolution>(*request.layer);
  const Window& window = request.shapes->window.window;
  WinogradLayer layer;
  layer.height = src.shape[2];
  layer.width = src.shape[3];
  layer.out_height = dst.shape[2];
  layer.out_width = dst.shape[3];
  layer.pad_top = window.pad_top;
  layer.pad_left = window.pad_left;
  layer.groups = convolution.groups;
  layer.channels = src.shape[1] / layer.groups;
  layer.filters = convolution.out_channels / layer.groups;
  layer.src_block = ChannelBlock(src);
  layer.dst_block = ChannelBlock(dst);
  layer.relu = request.fused.has_value();
  return layer;
}

bool SuitsWinograd(const KernelRequest& request) {
  const Convolution& convolution = *As<Convolution>(*request.layer);
  const Window& window = request.shapes->window.window;
  const int64_t channels = request.src.shape[1] / convolution.groups;
  const int64_t filters = convolution.out_channels / convolution.groups;
  return window.stride_h == 1 && window.stride_w == 1 &&
         window.kernel_h == window.kernel_w &&
         (window.kernel_h == 3 || window.kernel_h == 5) &&
         channels % VectorBlock() == 0 && filters % VectorBlock() == 0 &&
         channels >= kLeastChannels && filters >= kLeastChannels &&
         (!request.training || request.batch >= kLeastTrainingBatch);
}

}  // namespace alexnet::cpu
