// Layers of one own kernel each: pooling, LRN, activations, dropout, softmax,
// and reorders.

#include <fmt/format.h>

#include "core/backend/cuda/kernels/elementwise.h"
#include "core/backend/cuda/kernels/lrn.h"
#include "core/backend/cuda/kernels/pooling.h"
#include "core/backend/cuda/kernels/reorder.h"
#include "core/backend/cuda/kernels/softmax.h"
#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

int32_t Extent(const Shape& shape, int axis) {
  return shape.rank() > axis ? static_cast<int32_t>(shape[axis]) : 1;
}

PoolAxis AxisOf(int32_t extent, int32_t outputs) {
  PoolAxis axis;
  axis.extent = extent;
  axis.outputs = outputs;
  return axis;
}

PoolShape PoolShapeOf(const KernelRequest& request) {
  const Shape& in = request.shapes->in;
  const Shape& out = request.shapes->out;
  PoolShape shape;
  shape.batch = request.batch;
  shape.channels = Extent(in, 1);
  shape.y = AxisOf(Extent(in, 2), Extent(out, 2));
  shape.x = AxisOf(Extent(in, 3), Extent(out, 3));
  const auto* pooling = As<Pooling>(*request.layer);
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

class PoolingKernel : public LayerKernel {
 public:
  PoolingKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine),
        shape_(PoolShapeOf(request)),
        training_(request.training),
        masks_(request.src_rectified && shape_.mode == PoolMode::kMax) {
    constexpr const char* kNames[] = {"max", "average", "adaptive average"};
    name_ = fmt::format("{} {} pooling", request.layer->name,
                        kNames[static_cast<int>(shape_.mode)]);
    src_ = RowsFormat(request.src.shape, dtype_);
    dst_ = RowsFormat(WithBatch(request.shapes->out, request.batch), dtype_);
    if (training_ && shape_.mode == PoolMode::kMax) {
      memory_.saved_bytes = dst_.shape.elements();
    }
    memory_.masks_src_gradient = masks_;
  }

  Status Forward(const ForwardArgs& args) override {
    auto* winners = training_ && shape_.mode == PoolMode::kMax
                        ? static_cast<uint8_t*>(args.saved)
                        : nullptr;
    return PoolForward(stream_, shape_, dtype_, masks_, args.src, args.dst,
                       winners);
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return PoolBackward(stream_, shape_, dtype_,
                        static_cast<const uint8_t*>(args.saved),
                        args.dst_gradient, args.src_gradient);
  }

 private:
  const PoolShape shape_;
  const bool training_;
  const bool masks_;
};

class LrnKernel : public LayerKernel {
 public:
  LrnKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine),
        layer_(*As<Lrn>(*request.layer)),
        masks_(request.src_rectified) {
    name_ = request.layer->name + " LRN";
    src_ = RowsFormat(request.src.shape, dtype_);
    dst_ = src_;
    shape_.batch = request.batch;
    shape_.channels = Extent(src_.shape, 1);
    shape_.height = Extent(src_.shape, 2);
    shape_.width = Extent(src_.shape, 3);
    memory_.scratch_bytes = LrnBackwardScratch(layer_, shape_, dtype_);
    memory_.backward_reads_src = true;
    memory_.masks_src_gradient = masks_;
  }

  Status Forward(const ForwardArgs& args) override {
    return LrnForward(stream_, layer_, shape_, dtype_, args.src, args.dst);
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return LrnBackward(stream_, layer_, shape_, dtype_, masks_, args.src,
                       args.dst_gradient, args.src_gradient, args.scratch);
  }

 private:
  const Lrn layer_;
  const bool masks_;
  LrnShape shape_;
};

class ActivationKernel : public LayerKernel {
 public:
  ActivationKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine), kind_(As<Activation>(*request.layer)->kind) {
    name_ = request.layer->name +
            (kind_ == ActivationKind::kRelu ? " ReLU" : " tanh");
    src_ = RowsFormat(request.src.shape, dtype_);
    dst_ = src_;
    memory_.backward_reads_dst = true;
    memory_.in_place = true;
  }

  Status Forward(const ForwardArgs& args) override {
    return Activate(stream_, kind_, dtype_, src_.shape.elements(), args.src,
                    args.dst);
  }

  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return ActivationGradient(stream_, kind_, dtype_, src_.shape.elements(),
                              args.dst, args.dst_gradient, args.src_gradient);
  }

 private:
  const ActivationKind kind_;
};

class DropoutKernel : public LayerKernel {
 public:
  DropoutKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine) {
    name_ = request.layer->name + " dropout";
    src_ = RowsFormat(request.src.shape, dtype_);
    dst_ = src_;
    shape_.rate = request.training ? As<Dropout>(*request.layer)->rate : 0.0f;
    shape_.layer = static_cast<uint32_t>(request.layer_index);
    shape_.batch = request.batch;
    shape_.channels = Extent(src_.shape, 1);
    shape_.pixels = Extent(src_.shape, 2) * Extent(src_.shape, 3);
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

// In float32, whatever the rest computes in.
class SoftmaxKernel : public LayerKernel {
 public:
  SoftmaxKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine), rows_(request.batch) {
    name_ = request.layer->name + " softmax";
    src_ = RowsFormat(request.src.shape, DType::kF32);
    dst_ =
        RowsFormat(WithBatch(request.shapes->out, request.batch), DType::kF32);
    classes_ = src_.shape.elements() / rows_;
    memory_.backward_reads_dst = true;
    memory_.in_place = true;
  }

  Status Forward(const ForwardArgs& args) override {
    return SoftmaxForward(stream_, rows_, classes_,
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

// Between a dense blob and one of this backend's formats.
class ReorderKernel : public LayerKernel {
 public:
  ReorderKernel(const Engine& engine, const Format& from, const Format& to,
                const FormatView& view, bool to_dense)
      : LayerKernel(engine), view_(view), to_dense_(to_dense) {
    name_ = "reorder";
    src_ = from;
    dst_ = to;
  }

  Status Forward(const ForwardArgs& args) override {
    return Convert(to_dense_, args.src, args.dst);
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    return Convert(!to_dense_, args.dst_gradient, args.src_gradient);
  }

 private:
  Status Convert(bool to_dense, const void* from, void* to) const {
    const int64_t batch = src_.shape[0];
    return to_dense ? ToDense(stream_, view_.map, view_.dtype, batch, from,
                              static_cast<float*>(to))
                    : FromDense(stream_, view_.map, view_.dtype, batch,
                                static_cast<const float*>(from), to);
  }

  const FormatView view_;
  const bool to_dense_;
};

}  // namespace

KernelResult MakePooling(const Engine& engine, const KernelRequest& request) {
  const PoolShape shape = PoolShapeOf(request);
  if (request.training && shape.mode == PoolMode::kMax &&
      int64_t{shape.y.kernel} * shape.x.kernel > kMostPoolTaps) {
    return UnsupportedError(fmt::format(
        "a maximum over {} x {} taps cannot be trained on a GPU, where {} is "
        "the most; use the device cpu",
        shape.y.kernel, shape.x.kernel, kMostPoolTaps));
  }
  return KernelResult(std::make_unique<PoolingKernel>(engine, request));
}

KernelResult MakeLrn(const Engine& engine, const KernelRequest& request) {
  return KernelResult(std::make_unique<LrnKernel>(engine, request));
}

KernelResult MakeActivation(const Engine& engine,
                            const KernelRequest& request) {
  return KernelResult(std::make_unique<ActivationKernel>(engine, request));
}

KernelResult MakeDropout(const Engine& engine, const KernelRequest& request) {
  return KernelResult(std::make_unique<DropoutKernel>(engine, request));
}

KernelResult MakeSoftmax(const Engine& engine, const KernelRequest& request) {
  return KernelResult(std::make_unique<SoftmaxKernel>(engine, request));
}

KernelResult MakeReorder(const Engine& engine, const Format& from,
                         const Format& to) {
  if (from.shape != to.shape) {
    return InternalError(fmt::format("a reorder from shape {} to {}",
                                     from.shape.ToString(),
                                     to.shape.ToString()));
  }
  if (from.dense() == to.dense()) {
    return UnsupportedError("a reorder on a GPU is from or to a dense blob");
  }
  ALEXNET_ASSIGN_OR_RETURN(const FormatView view,
                           ViewOf(from.dense() ? to : from));
  if (to.dense() && view.map.block > 1) {
    return UnsupportedError("a blob stored space to depth is not read back");
  }
  return KernelResult(
      std::make_unique<ReorderKernel>(engine, from, to, view, to.dense()));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
