#include "core/backend/cuda/nvidia/convolution_form.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

std::vector<ConvolutionForm> FormsOf(const ConvolutionProblem& problem) {
  std::vector<ConvolutionForm> forms;
  // Convolutions alone are precompiled, those with a mask are compiled when
  // they are asked for, and may be slower.
  for (const bool fused : {!problem.mask, problem.mask}) {
    // The libraries' ReLUs give zero for NaN. Ours, which adds the bias in the
    // same pass, lets it go on.
    if (fused && problem.relu) continue;
    if (problem.groups > 1) forms.push_back({true, fused});
    if (problem.towers == 1) forms.push_back({false, fused});
    if (!problem.bias && !problem.mask) break;
  }
  return forms;
}

GroupSteps GroupStepsOf(const ConvolutionProblem& p) {
  const int64_t size = DTypeSize(ComputeType(p.precision));
  const bool apart = p.towers > 1;
  const int64_t in =
      p.channels / p.groups * size * (apart ? p.batch * p.height * p.width : 1);
  const int64_t bias = p.out_channels / p.groups * size;
  const int64_t out = bias * (apart ? p.batch * p.out_height * p.out_width : 1);
  const int64_t weights = p.out_channels / p.groups * p.kernel_h * p.kernel_w *
                          (p.channels / p.groups) * size;
  switch (p.pass) {
    case ConvolutionPass::kSourceGradient:
      return {out, weights, 0, in};
    case ConvolutionPass::kWeightGradient:
      return {in, out, 0, weights};
    case ConvolutionPass::kForward:
      break;
  }
  return {in, weights, bias, out};
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
