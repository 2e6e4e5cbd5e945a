// Softmax, in float32, whatever the rest computes in.

#include "core/backend/cuda/kernels/softmax.h"

#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class SoftmaxKernel : public LayerKernel {
 public:
  SoftmaxKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine, request.training), rows_(request.batch) {
    name_ = request.layer->name + " softmax";
    src_ = RowsFormat(request.src.shape, DType::kF32);
    dst_ =
        RowsFormat(WithBatch(request.shapes->out, request.batch), DType::kF32);
    classes_ = src_.shape.elements() / rows_;
    memory_.backward_reads_dst = true;
    memory_.in_place = true;
  }

  Status Forward(const ForwardArgs& args) override {
    return SoftmaxForward(forward_stream_, rows_, classes_,
                          static_cast<const float*>(args.src),
                          static_cast<float*>(args.dst));
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return SoftmaxBackward(stream_, rows_, classes_,
                           static_cast<const float*>(args.dst),
                           static_cast<const float*>(args.dst_gradient),
                           static_cast<float*>(args.src_gradient));
  }

 private:
  const int64_t rows_;
  int64_t classes_ = 0;
};

}  // namespace

KernelResult MakeKernel(const Softmax&, const Engine& engine,
                        const KernelRequest& request) {
  return KernelResult(std::make_unique<SoftmaxKernel>(engine, request));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
