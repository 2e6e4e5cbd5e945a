// Fully connected layers with bias and ReLU.

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "core/backend/cuda/kernels/activation.h"
#include "core/backend/cuda/kernels/gemv.h"
#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"
#include "core/backend/cuda/layers/linear_backward.h"
#include "core/backend/cuda/primitives/number.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

// Weights are packed in the order of the source's channels-innermost layout, so
// that flattening costs nothing.
class FullyConnectedKernel : public LayerKernel {
 public:
  FullyConnectedKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine, request.training),
        relu_(request.fused.has_value()),
        batch_(request.batch),
        in_(request.shapes->in.elements()),
        out_(As<FullyConnected>(*request.layer)->out_features) {
    src_ = RowsFormat(request.src.shape, dtype_);
    dst_ = RowsFormat(WithBatch(request.shapes->out, request.batch), dtype_);
    const Shape& in = request.src.shape;
    CudaParameter::Extents extents;
    extents.out = out_;
    extents.in = in[1];
    extents.height = in.rank() > 2 ? in[2] : 1;
    extents.width = in.rank() > 3 ? in[3] : 1;
    weight_.emplace(Shape{out_, in_}, extents, 1, dtype_, request.training);
    if (As<FullyConnected>(*request.layer)->has_bias) {
      bias_.emplace(Shape{out_}, CudaParameter::Extents{out_, 1, 1, 1}, 1,
                    dtype_, request.training);
    }
  }

  Status Prepare(const Engine& engine, const KernelRequest& request) {
    ProductProblem forward;
    forward.precision = engine.precision;
    forward.m = batch_;
    forward.n = out_;
    forward.k = in_;
    forward.transpose_b = true;
    forward.bias = bias_.has_value() && !relu_;  // else added with the ReLU
    if (!request.training && batch_ <= kMostGemvBatch && in_ % kVector == 0) {
      name_ = request.layer->name + " fully connected (GEMV)";
      memory_.weight_bound = true;
      return Status();
    }
    ALEXNET_ASSIGN_OR_RETURN(forward_, engine.math.MakeProduct(forward));
    name_ = fmt::format("{} fully connected ({})", request.layer->name,
                        forward_->Name());
    memory_.scratch_bytes = forward_->workspace_bytes();
    if (!request.training) return Status();
    memory_.backward_reads_src = true;
    memory_.backward_reads_dst = relu_;
    return PrepareBackward(engine, request.src_gradient);
  }

  const ParameterLayout* weight_layout() const override { return &*weight_; }
  const ParameterLayout* bias_layout() const override {
    return bias_ ? &*bias_ : nullptr;
  }

  Status Forward(const ForwardArgs& args) override {
    if (forward_ == nullptr) {
      const GemvShape shape = {batch_, in_, out_, relu_};
      return Gemv(forward_stream_, shape, dtype_, args.src, args.weight,
                  args.bias, args.dst);
    }
    Operands operands;
    operands.a = args.src;
    operands.b = args.weight;
    operands.bias = relu_ ? nullptr : args.bias;
    operands.out = args.dst;
    operands.workspace = args.scratch;
    ALEXNET_RETURN_IF_ERROR(forward_->Run(forward_stream_, operands));
    if (!relu_) return Status();
    const TowerMap units(batch_, out_, 1);
    return AddBiasAndActivate(forward_stream_, dtype_, units, args.dst,
                              args.bias,
                              /*relu=*/true, units, args.dst);
  }

  Status Backward(const BackwardArgs& args) override {
    return backward_->Run(stream_, args);
  }

 private:
  Status PrepareBackward(const Engine& engine, bool src_gradient) {
    ProductProblem weights;
    weights.precision = engine.precision;
    weights.m = out_;
    weights.n = in_;
    weights.k = batch_;
    weights.transpose_a = true;
    ALEXNET_ASSIGN_OR_RETURN(auto weight, engine.math.MakeProduct(weights));
    std::shared_ptr<Operation> source;
    if (src_gradient) {
      ProductProblem problem;
      problem.precision = engine.precision;
      problem.m = batch_;
      problem.n = in_;
      problem.k = out_;
      ALEXNET_ASSIGN_OR_RETURN(source, engine.math.MakeProduct(problem));
    }
    const TowerMap units(batch_, out_, 1);
    backward_.emplace(dtype_, units, units, relu_, /*source_first=*/false,
                      std::move(weight), std::move(source));
    ALEXNET_RETURN_IF_ERROR(backward_->Prepare(engine.device));
    memory_.scratch_bytes =
        std::max(memory_.scratch_bytes, backward_->scratch_bytes());
    return Status();
  }

  const bool relu_;
  const int64_t batch_;
  const int64_t in_;
  const int64_t out_;
  std::optional<CudaParameter> weight_;
  std::optional<CudaParameter> bias_;
  std::shared_ptr<Operation> forward_;  // null: our own kernel
  std::optional<LinearBackward> backward_;
};

}  // namespace

KernelResult MakeKernel(const FullyConnected&, const Engine& engine,
                        const KernelRequest& request) {
  auto kernel = std::make_unique<FullyConnectedKernel>(engine, request);
  ALEXNET_RETURN_IF_ERROR(kernel->Prepare(engine, request));
  return KernelResult(std::move(kernel));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
