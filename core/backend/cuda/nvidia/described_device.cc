#include "core/backend/cuda/nvidia/described_device.h"

#include "core/backend/cuda/nvidia/convolution_form.h"
#include "core/backend/cuda/nvidia/cudnn_graph.h"
#include "core/network/network.h"
#include "core/network/presets.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// An H200 as cuDNN serializes it.
constexpr char kH200[] = R"({
  "cudaDeviceId": 0, "deviceName": "NVIDIA H200", "deviceVer": 900,
  "driverVer": 13000, "isTccDriver": 0, "l2CacheSize": 62914560,
  "maxBlockSize": [1024, 1024, 64], "maxCtasPerSM": 32,
  "maxGridSize": [2147483647, 65535, 65535], "maxRegistersPerSM": 65536,
  "maxSharedMemoryPerBlock": 49152, "maxSharedMemoryPerBlockOptin": 232448,
  "maxThreadsPerBlock": 1024, "maxThreadsPerSM": 2048,
  "memClockRateKHz": 3201000, "multiProcessorCount": 132, "pciDeviceId": 0,
  "regsPerBlock": 65536, "reservedSharedMemoryPerBlock": 1024,
  "smClockRateKHz": 1980000, "supportCoopLaunch": 1,
  "totalGlobalMem": 150754820096, "version": 1, "warpSize": 32
})";

}  // namespace

Result<std::unique_ptr<DescribedDevice>> DescribedDevice::Create(
    const CudnnFunctions& cudnn) {
  Descriptor properties(cudnn, CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  properties.Set(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, CUDNN_TYPE_CHAR,
                 sizeof(kH200) - 1, kH200);
  ALEXNET_RETURN_IF_ERROR(properties.Finalize("describing a device"));
  return std::unique_ptr<DescribedDevice>(
      new DescribedDevice(std::move(properties)));
}

int64_t FirstWorkspace(const CudnnFunctions& cudnn, const CudnnTarget& target,
                       const ConvolutionProblem& problem) {
  for (const ConvolutionForm& form : FormsOf(problem)) {
    const auto graph = ConvolutionGraph::Describe(cudnn, target, problem, form);
    if (!graph.ok()) continue;
    const auto plans = (*graph)->Plans(/*fixed_order=*/true, 1);
    if (!plans.empty()) return plans.front().workspace_bytes;
  }
  return -1;
}

void ForEachConvolution(
    const std::string& preset, bool training, int64_t batch,
    const std::function<void(const KernelRequest& request)>& visit) {
  const Network network = MakePreset(preset).value().network;
  const NetworkInfo info = InferNetwork(network).value();
  for (size_t i = 0; i < network.layers.size(); ++i) {
    if (As<Convolution>(network.layers[i]) == nullptr) continue;
    KernelRequest request;
    request.layer = &network.layers[i];
    request.shapes = &info.layers[i];
    request.batch = batch;
    request.src = Format::Dense(WithBatch(info.layers[i].in, request.batch));
    request.fused = ActivationKind::kRelu;
    request.training = training;
    request.src_gradient = training && i > 0;
    visit(request);
  }
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
