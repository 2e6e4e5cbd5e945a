#include "core/backend/cuda/nvidia/planned_workspace.h"

#include <memory>

#include "core/backend/cuda/layers/convolution_problem.h"
#include "core/backend/cuda/nvidia/described_device.h"

namespace alexnet::cuda {

Result<std::vector<PlannedWorkspace>> PlannedWorkspaces(
    const std::string& preset, int64_t batch) {
  ALEXNET_ASSIGN_OR_RETURN(const CudnnFunctions* cudnn, LoadCudnn());
  ALEXNET_ASSIGN_OR_RETURN(const auto device, DescribedDevice::Create(*cudnn));
  std::vector<PlannedWorkspace> all;
  bool planned = true;
  ForEachConvolution(preset, true, batch, [&](const KernelRequest& request) {
    ConvolutionProblem problem =
        ProblemOf(request, Precision::kBf16, SpaceToDepthBlock(request));
    PlannedWorkspace of_layer;
    of_layer.layer = request.layer->name;
    const auto ask = [&](ConvolutionPass pass, int64_t* bytes) {
      problem.pass = pass;
      *bytes = FirstWorkspace(*cudnn, device->target(), problem);
      planned = planned && *bytes >= 0;
    };
    ask(ConvolutionPass::kForward, &of_layer.forward);
    problem.bias = problem.relu = false;
    ask(ConvolutionPass::kWeightGradient, &of_layer.weight_gradient);
    if (request.src_gradient) {
      ask(ConvolutionPass::kSourceGradient, &of_layer.source_gradient);
    }
    all.push_back(of_layer);
  });
  if (!planned) return UnsupportedError("cuDNN has no plan of a convolution");
  return all;
}

}  // namespace alexnet::cuda
