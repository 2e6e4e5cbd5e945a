// Local response normalization and the pooling that follows it.

#include "core/backend/cuda/kernels/lrn_pooling.h"

#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"
#include "core/backend/cuda/layers/pool_shape.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class LrnPoolingKernel : public LayerKernel {
 public:
  LrnPoolingKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine, request.training),
        layer_(*As<Lrn>(*request.layer)),
        shape_(PoolShapeOf(*request.pooling, *request.pooling_shapes, request)),
        training_(request.training),
        masks_(request.src_rectified) {
    name_ =
        request.layer->name + " LRN, " + request.pooling->name + " max pooling";
    const int64_t towers = OfferedTowers(request);
    src_ = TowersFormat(request.src.shape, dtype_, towers);
    dst_ = TowersFormat(WithBatch(request.pooling_shapes->out, request.batch),
                        dtype_, WantedTowers(request, towers));
    if (training_) memory_.saved_bytes = dst_.shape.elements();
    memory_.backward_reads_src = true;
    memory_.masks_src_gradient = masks_;
    if (training_) {
      memory_.sums_src_gradient = true;
      memory_.scratch_bytes = ChannelSumScratch(shape_.channels);
    }
  }

  Status Forward(const ForwardArgs& args) override {
    auto* winners = training_ ? static_cast<uint8_t*>(args.saved) : nullptr;
    return LrnPoolForward(forward_stream_, layer_, shape_, dtype_, args.src,
                          args.dst, winners);
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return LrnPoolBackward(stream_, layer_, shape_, dtype_, masks_, args.src,
                           static_cast<const uint8_t*>(args.saved),
                           args.dst_gradient, args.src_gradient,
                           {args.src_sums, args.scratch});
  }

 private:
  const Lrn layer_;
  const PoolShape shape_;
  const bool training_;
  const bool masks_;
};

}  // namespace

bool CanPool(const KernelRequest& request) {
  const auto* lrn = As<Lrn>(*request.layer);
  return lrn != nullptr &&
         SuitsLrnPooling(*lrn, PoolShapeOf(*request.pooling,
                                           *request.pooling_shapes, request));
}

KernelResult MakeLrnPooling(const Engine& engine,
                            const KernelRequest& request) {
  return KernelResult(std::make_unique<LrnPoolingKernel>(engine, request));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
