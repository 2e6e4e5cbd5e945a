#include "core/backend/cuda/layers/convolution_problem.h"

#include <algorithm>

#include "core/backend/cuda/layers/formats.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

constexpr int64_t kFewChannels = 4;

int64_t CeilOf(int64_t a, int64_t b) { return (a + b - 1) / b; }

// The padding after the end that the last window needs.
int64_t PadAfter(int64_t in, int64_t out, int64_t kernel, int64_t stride,
                 int64_t before) {
  return std::max<int64_t>((out - 1) * stride + kernel - in - before, 0);
}

}  // namespace

int64_t SpaceToDepthBlock(const KernelRequest& request) {
  const auto& layer = *As<Convolution>(*request.layer);
  const Window& window = layer.window;
  const bool suits = window.stride_h == window.stride_w &&
                     window.stride_h > 1 &&
                     window.kernel_h >= window.stride_h &&
                     window.kernel_w >= window.stride_w && layer.groups == 1 &&
                     request.shapes->in[1] <= kFewChannels &&
                     !request.src_gradient && request.src.dense();
  return suits ? window.stride_h : 1;
}

ConvolutionProblem ProblemOf(const KernelRequest& request, Precision precision,
                             int64_t block) {
  const auto& layer = *As<Convolution>(*request.layer);
  const Window& window = layer.window;
  const Shape& in = request.shapes->in;
  const Shape& out = request.shapes->out;
  ConvolutionProblem problem;
  problem.precision = precision;
  problem.batch = request.batch;
  problem.out_channels = out[1];
  problem.out_height = out[2];
  problem.out_width = out[3];
  problem.groups = layer.groups;
  problem.towers = TowersOf(layer);
  problem.bias = layer.has_bias;
  problem.relu = request.fused.has_value();
  problem.kernel_h = CeilOf(window.kernel_h, block);
  problem.kernel_w = CeilOf(window.kernel_w, block);
  if (block > 1) {
    problem.channels = in[1] * block * block;
    problem.height = out[2] - 1 + problem.kernel_h;
    problem.width = out[3] - 1 + problem.kernel_w;
    return problem;
  }
  problem.channels = in[1];
  problem.height = in[2];
  problem.width = in[3];
  problem.stride_h = window.stride_h;
  problem.stride_w = window.stride_w;
  problem.pad_top = window.pad_top;
  problem.pad_left = window.pad_left;
  problem.pad_bottom =
      PadAfter(in[2], out[2], window.kernel_h, window.stride_h, window.pad_top);
  problem.pad_right = PadAfter(in[3], out[3], window.kernel_w, window.stride_w,
                               window.pad_left);
  return problem;
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
