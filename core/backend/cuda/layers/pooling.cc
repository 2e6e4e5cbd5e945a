// Pooling and adaptive pooling.

#include "core/backend/cuda/kernels/pooling.h"

#include <fmt/core.h>

#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"
#include "core/backend/cuda/layers/pool_shape.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

PoolAxis AxisOf(int32_t extent, int32_t outputs) {
  PoolAxis axis;
  axis.extent = extent;
  axis.outputs = outputs;
  return axis;
}

}  // namespace

PoolShape PoolShapeOf(const Layer& layer, const LayerShapes& shapes,
                      const KernelRequest& request) {
  const Shape& in = shapes.in;
  const Shape& out = shapes.out;
  const int64_t src_towers = OfferedTowers(request);
  const int64_t dst_towers = WantedTowers(request, src_towers);
  PoolShape shape;
  shape.batch = request.batch;
  shape.channels = Extent(in, 1);
  shape.src_channels = shape.channels / static_cast<int32_t>(src_towers);
  shape.dst_channels = shape.channels / static_cast<int32_t>(dst_towers);
  shape.y = AxisOf(Extent(in, 2), Extent(out, 2));
  shape.x = AxisOf(Extent(in, 3), Extent(out, 3));
  const auto* pooling = As<Pooling>(layer);
  if (pooling == nullptr) {
    shape.mode = PoolMode::kAdaptive;
    return shape;
  }
  const Window& window = pooling->window;
  shape.mode =
      pooling->kind == PoolKind::kMax ? PoolMode::kMax : PoolMode::kAverage;
  shape.count_padding = pooling->count_padding;
  shape.y.kernel = static_cast<int32_t>(window.kernel_h);
  shape.y.stride = static_cast<int32_t>(window.stride_h);
  shape.y.pad_before = static_cast<int32_t>(window.pad_top);
  shape.y.pad_after = static_cast<int32_t>(window.pad_bottom);
  shape.x.kernel = static_cast<int32_t>(window.kernel_w);
  shape.x.stride = static_cast<int32_t>(window.stride_w);
  shape.x.pad_before = static_cast<int32_t>(window.pad_left);
  shape.x.pad_after = static_cast<int32_t>(window.pad_right);
  return shape;
}

namespace {

class PoolingKernel : public LayerKernel {
 public:
  PoolingKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine, request.training),
        shape_(PoolShapeOf(*request.layer, *request.shapes, request)),
        training_(request.training),
        masks_(request.src_rectified && shape_.mode == PoolMode::kMax) {
    constexpr const char* kNames[] = {"max", "average", "adaptive average"};
    name_ = fmt::format("{} {} pooling", request.layer->name,
                        kNames[static_cast<int>(shape_.mode)]);
    const int64_t towers = OfferedTowers(request);
    src_ = TowersFormat(request.src.shape, dtype_, towers);
    dst_ = TowersFormat(WithBatch(request.shapes->out, request.batch), dtype_,
                        WantedTowers(request, towers));
    if (training_ && shape_.mode == PoolMode::kMax) {
      memory_.saved_bytes = dst_.shape.elements();
    }
    memory_.masks_src_gradient = masks_;
    if (training_ && SumsPooling(shape_)) {
      memory_.sums_src_gradient = true;
      memory_.scratch_bytes = ChannelSumScratch(shape_.channels);
    }
  }

  Status Forward(const ForwardArgs& args) override {
    auto* winners = training_ && shape_.mode == PoolMode::kMax
                        ? static_cast<uint8_t*>(args.saved)
                        : nullptr;
    return PoolForward(forward_stream_, shape_, dtype_, masks_, args.src,
                       args.dst, winners);
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return PoolBackward(
        stream_, shape_, dtype_, static_cast<const uint8_t*>(args.saved),
        args.dst_gradient, args.src_gradient, {args.src_sums, args.scratch});
  }

 private:
  const PoolShape shape_;
  const bool training_;
  const bool masks_;
};

KernelResult MakePooling(const Engine& engine, const KernelRequest& request) {
  const PoolShape shape = PoolShapeOf(*request.layer, *request.shapes, request);
  if (request.training && shape.mode == PoolMode::kMax &&
      int64_t{shape.y.kernel} * shape.x.kernel > kMostPoolTaps) {
    return UnsupportedError(fmt::format(
        "a maximum over {} x {} taps cannot be trained on a GPU, where {} is "
        "the most; use the device cpu",
        shape.y.kernel, shape.x.kernel, kMostPoolTaps));
  }
  return KernelResult(std::make_unique<PoolingKernel>(engine, request));
}

}  // namespace

KernelResult MakeKernel(const Pooling&, const Engine& engine,
                        const KernelRequest& request) {
  return MakePooling(engine, request);
}

KernelResult MakeKernel(const AdaptiveAveragePooling&, const Engine& engine,
                        const KernelRequest& request) {
  return MakePooling(engine, request);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
