// Locally connected layers with bias and ReLU.

#include "core/backend/cuda/kernels/locally_connected.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"
#include "core/backend/cuda/layers/linear_backward.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

LocalShape LocalShapeOf(const KernelRequest& request) {
  const Shape& in = request.shapes->in;
  const Shape& out = request.shapes->out;
  const Window& window = request.shapes->window.window;
  LocalShape shape;
  shape.batch = static_cast<int32_t>(request.batch);
  shape.channels = Extent(in, 1);
  shape.height = Extent(in, 2);
  shape.width = Extent(in, 3);
  shape.out = Extent(out, 1);
  shape.out_height = Extent(out, 2);
  shape.out_width = Extent(out, 3);
  shape.kernel_h = static_cast<int32_t>(window.kernel_h);
  shape.kernel_w = static_cast<int32_t>(window.kernel_w);
  shape.stride_h = static_cast<int32_t>(window.stride_h);
  shape.stride_w = static_cast<int32_t>(window.stride_w);
  shape.pad_top = static_cast<int32_t>(window.pad_top);
  shape.pad_left = static_cast<int32_t>(window.pad_left);
  return shape;
}

// One of the gradients, by its function of kernels/locally_connected.h.
class GradientOperation : public Operation {
 public:
  using Function = Status (*)(cudaStream_t, const LocalShape&, DType,
                              const void* a, const void* b, void* out);
  GradientOperation(Function function, const char* name,
                    const LocalShape& shape, DType dtype)
      : function_(function), name_(name), shape_(shape), dtype_(dtype) {}
  int64_t workspace_bytes() const override { return 0; }
  std::string Name() const override { return name_; }
  Status Run(const KernelStream& stream, const Operands& operands) override {
    return function_(stream.stream, shape_, dtype_, operands.a, operands.b,
                     operands.out);
  }

 private:
  const Function function_;
  const char* const name_;
  const LocalShape shape_;
  const DType dtype_;
};

class LocallyConnectedKernel : public LayerKernel {
 public:
  LocallyConnectedKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine, request.training),
        shape_(LocalShapeOf(request)),
        relu_(request.fused.has_value()) {
    name_ = request.layer->name + " locally connected";
    src_ = RowsFormat(request.src.shape, dtype_);
    dst_ = RowsFormat(WithBatch(request.shapes->out, request.batch), dtype_);
    const int64_t units = request.shapes->out.elements();
    CudaParameter::Extents extents;
    extents.out = units;
    extents.in = shape_.channels;
    extents.height = shape_.kernel_h;
    extents.width = shape_.kernel_w;
    weight_.emplace(
        Shape{extents.out, extents.in, extents.height, extents.width}, extents,
        1, dtype_, request.training);
    if (As<LocallyConnected>(*request.layer)->has_bias) {
      // As the output is: its channels innermost.
      bias_.emplace(Shape{units},
                    CudaParameter::Extents{1, shape_.out, shape_.out_height,
                                           shape_.out_width},
                    1, dtype_, request.training);
    }
    if (!request.training) return;
    memory_.backward_reads_src = true;
    memory_.backward_reads_dst = relu_;
    std::shared_ptr<Operation> source;
    if (request.src_gradient) {
      source = Gradient(LocalSourceGradient, "by pixels");
    }
    // A row is a sample, since each unit has a bias.
    const TowerMap rows(request.batch, units, 1);
    backward_.emplace(dtype_, rows, rows, relu_, /*source_first=*/true,
                      Gradient(LocalWeightGradient, "by positions"),
                      std::move(source));
    memory_.scratch_bytes = backward_->scratch_bytes();
  }

  Status Prepare(const Engine& engine) {
    return backward_ ? backward_->Prepare(engine.device) : Status();
  }

  const ParameterLayout* weight_layout() const override { return &*weight_; }
  const ParameterLayout* bias_layout() const override {
    return bias_ ? &*bias_ : nullptr;
  }

  Status Forward(const ForwardArgs& args) override {
    return LocalForward(forward_stream_, shape_, dtype_, relu_, args.src,
                        args.weight, args.bias, args.dst);
  }

  Status Backward(const BackwardArgs& args) override {
    return backward_->Run(stream_, args);
  }

 private:
  std::shared_ptr<Operation> Gradient(GradientOperation::Function function,
                                      const char* name) const {
    return std::make_shared<GradientOperation>(function, name, shape_, dtype_);
  }

  const LocalShape shape_;
  const bool relu_;
  std::optional<CudaParameter> weight_;
  std::optional<CudaParameter> bias_;
  std::optional<LinearBackward> backward_;
};

}  // namespace

KernelResult MakeKernel(const LocallyConnected&, const Engine& engine,
                        const KernelRequest& request) {
  auto kernel = std::make_unique<LocallyConnectedKernel>(engine, request);
  ALEXNET_RETURN_IF_ERROR(kernel->Prepare(engine));
  return KernelResult(std::move(kernel));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
