// The CPU kernels one by one; CreateCpuBackend is the way to them.

#ifndef ALEXNET_CORE_BACKEND_CPU_KERNELS_H_
#define ALEXNET_CORE_BACKEND_CPU_KERNELS_H_

#include <memory>

#include "core/backend/kernel.h"
#include "core/base/status.h"

namespace alexnet::cpu {

using KernelResult = Result<std::unique_ptr<Kernel>>;

KernelResult MakeConvolution(const KernelRequest& request);
// The same for a first layer of few channels and stride 4, as a convolution of
// stride 1 over 4x4 patches.
bool SuitsSpaceToDepth(const KernelRequest& request);
KernelResult MakeSpaceToDepthConvolution(const KernelRequest& request);
// The same by Winograd's algorithm where it is faster. In training it computes
// the output and the source's gradient, and oneDNN the weights'.
bool SuitsWinograd(const KernelRequest& request);
KernelResult MakeWinogradConvolution(const KernelRequest& request);
KernelResult MakeWinogradTraining(const KernelRequest& request);
KernelResult MakeMaxPooling(const KernelRequest& request);
KernelResult MakeAveragePooling(const KernelRequest& request);
KernelResult MakeAdaptivePooling(const KernelRequest& request);
KernelResult MakeLrn(const KernelRequest& request);
KernelResult MakeActivation(const KernelRequest& request);
KernelResult MakeDropout(const KernelRequest& request);
KernelResult MakeFullyConnected(const KernelRequest& request);
KernelResult MakeSoftmax(const KernelRequest& request);
KernelResult MakeReorder(const Format& from, const Format& to);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_KERNELS_H_
