// Dropout.

#include "core/backend/cuda/kernels/dropout.h"

#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class DropoutKernel : public LayerKernel {
 public:
  DropoutKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine, request.training) {
    name_ = request.layer->name + " dropout";
    src_ = RowsFormat(request.src.shape, dtype_);
    dst_ = src_;
    shape_.rate = request.training ? As<Dropout>(*request.layer)->rate : 0.0f;
    shape_.layer = static_cast<uint32_t>(request.layer_index);
    shape_.batch = request.batch;
    shape_.channels = Extent(src_.shape, 1);
    shape_.pixels = Extent(src_.shape, 2) * Extent(src_.shape, 3);
    shape_.part = request.part;
    memory_.in_place = true;
  }

  Status Forward(const ForwardArgs& args) override {
    if (shape_.rate == 0.0f) return CopyBlob(args.src, args.dst);
    return ApplyDropout(stream_, shape_, dtype_, args.random, args.src,
                        args.dst);
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    if (shape_.rate == 0.0f) {
      return CopyBlob(args.dst_gradient, args.src_gradient);
    }
    return ApplyDropout(stream_, shape_, dtype_, args.random, args.dst_gradient,
                        args.src_gradient);
  }

 private:
  Status CopyBlob(const void* from, void* to) const {
    if (from == to) return Status();
    return FromCuda(cudaMemcpyAsync(to, from, static_cast<size_t>(src_.bytes),
                                    cudaMemcpyDeviceToDevice, stream_),
                    "copying a blob");
  }

  DropoutShape shape_;
};

}  // namespace

KernelResult MakeKernel(const Dropout&, const Engine& engine,
                        const KernelRequest& request) {
  return KernelResult(std::make_unique<DropoutKernel>(engine, request));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
