// Local response normalization.

#include "core/backend/cuda/kernels/lrn.h"

#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class LrnKernel : public LayerKernel {
 public:
  LrnKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine, request.training),
        layer_(*As<Lrn>(*request.layer)),
        masks_(request.src_rectified) {
    name_ = request.layer->name + " LRN";
    const int64_t towers = OfferedTowers(request);
    const int64_t wanted = WantedTowers(request, towers);
    src_ = TowersFormat(request.src.shape, dtype_, towers);
    dst_ = TowersFormat(request.src.shape, dtype_, wanted);
    shape_.batch = request.batch;
    shape_.channels = Extent(src_.shape, 1);
    shape_.height = Extent(src_.shape, 2);
    shape_.width = Extent(src_.shape, 3);
    shape_.src_towers = static_cast<int32_t>(towers);
    shape_.dst_towers = static_cast<int32_t>(wanted);
    if (request.training) {
      memory_.sums_src_gradient = SumsLrn(layer_, shape_);
      memory_.scratch_bytes = memory_.sums_src_gradient
                                  ? ChannelSumScratch(shape_.channels)
                                  : LrnBackwardScratch(layer_, shape_, dtype_);
    }
    memory_.backward_reads_src = true;
    memory_.masks_src_gradient = masks_;
  }

  Status Forward(const ForwardArgs& args) override {
    return LrnForward(forward_stream_, layer_, shape_, dtype_, args.src,
                      args.dst);
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return LrnBackward(stream_, layer_, shape_, dtype_, masks_, args.src,
                       args.dst_gradient, args.src_gradient, args.scratch,
                       {args.src_sums, args.scratch});
  }

 private:
  const Lrn layer_;
  const bool masks_;
  LrnShape shape_;
};

}  // namespace

KernelResult MakeKernel(const Lrn&, const Engine& engine,
                        const KernelRequest& request) {
  if (request.pooling != nullptr) return MakeLrnPooling(engine, request);
  return KernelResult(std::make_unique<LrnKernel>(engine, request));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
