// The CPU kernels one by one; CreateCpuBackend is the way to them.

#ifndef ALEXNET_CORE_BACKEND_CPU_KERNELS_H_
#define ALEXNET_CORE_BACKEND_CPU_KERNELS_H_

#include <memory>

#include "core/backend/kernel.h"
#include "core/base/status.h"

namespace alexnet::cpu {

using KernelResult = Result<std::unique_ptr<Kernel>>;

// One for each type of layer, whose options `request` has too.
KernelResult MakeKernel(const Convolution&, const KernelRequest& request);
KernelResult MakeKernel(const FullyConnected&, const KernelRequest& request);
KernelResult MakeKernel(const Pooling&, const KernelRequest& request);
KernelResult MakeKernel(const AdaptiveAveragePooling&,
                        const KernelRequest& request);
KernelResult MakeKernel(const Lrn&, const KernelRequest& request);
KernelResult MakeKernel(const Activation&, const KernelRequest& request);
KernelResult MakeKernel(const Dropout&, const KernelRequest& request);
KernelResult MakeKernel(const Softmax&, const KernelRequest& request);
KernelResult MakeKernel(const LocallyConnected&, const KernelRequest& request);
KernelResult MakeReorder(const Format& from, const Format& to);

// A fully connected layer, or a convolution that is one.
KernelResult MakeInnerProduct(const KernelRequest& request, bool has_bias);
// Among these a convolution is chosen, and a pooling.
KernelResult MakeConvolution(const KernelRequest& request);
// The same for a first layer of few channels and stride 4 in inference, by
// Winograd's algorithm over 4x4 patches.
bool SuitsSpaceToDepth(const KernelRequest& request);
KernelResult MakeSpaceToDepthConvolution(const KernelRequest& request);
// The same by Winograd's algorithm where it is faster, and, for training, of
// blobs laid out so that its loops walk them.
bool SuitsWinograd(const KernelRequest& request);
KernelResult MakeWinogradConvolution(const KernelRequest& request);
KernelResult MakeWinogradTraining(const KernelRequest& request,
                                  const Format& src, const Format& dst);
KernelResult MakeMaxPooling(const KernelRequest& request);
KernelResult MakeAveragePooling(const KernelRequest& request);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_KERNELS_H_
