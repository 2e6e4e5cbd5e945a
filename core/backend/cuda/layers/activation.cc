// Activations that no other layer computes along.

#include "core/backend/cuda/kernels/activation.h"

#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class ActivationKernel : public LayerKernel {
 public:
  ActivationKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine, request.training),
        kind_(As<Activation>(*request.layer)->kind) {
    name_ = request.layer->name +
            (kind_ == ActivationKind::kRelu ? " ReLU" : " tanh");
    src_ = TowersFormat(request.src.shape, dtype_, OfferedTowers(request));
    dst_ = src_;
    memory_.backward_reads_dst = true;
    memory_.in_place = true;
  }

  Status Forward(const ForwardArgs& args) override {
    return Activate(forward_stream_, kind_, dtype_, src_.shape.elements(),
                    args.src, args.dst);
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return ActivationGradient(stream_, kind_, dtype_, src_.shape.elements(),
                              args.dst, args.dst_gradient, args.src_gradient);
  }

 private:
  const ActivationKind kind_;
};

}  // namespace

KernelResult MakeKernel(const Activation&, const Engine& engine,
                        const KernelRequest& request) {
  return KernelResult(std::make_unique<ActivationKernel>(engine, request));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
