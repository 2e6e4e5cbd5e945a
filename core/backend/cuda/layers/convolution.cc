// Convolution with bias and ReLU.

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "core/backend/cuda/kernels/activation.h"
#include "core/backend/cuda/kernels/zeros.h"
#include "core/backend/cuda/layers/convolution_problem.h"
#include "core/backend/cuda/layers/formats.h"
#include "core/backend/cuda/layers/layer_kernel.h"
#include "core/backend/cuda/layers/linear_backward.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class ConvolutionKernel : public LayerKernel {
 public:
  ConvolutionKernel(const Engine& engine, const KernelRequest& request)
      : LayerKernel(engine, request.training),
        device_(engine.device),
        relu_(request.fused.has_value()) {
    const auto& layer = *As<Convolution>(*request.layer);
    const Shape& in = request.shapes->in;
    block_ = SpaceToDepthBlock(request);
    problem_ = ProblemOf(request, engine.precision, block_);
    const Shape out = WithBatch(request.shapes->out, request.batch);
    const int64_t towers = TowersOf(layer);
    const int64_t wanted = WantedTowers(request, towers);
    computed_ = TowerMapOf(out, towers);
    given_ = TowerMapOf(out, wanted);
    dst_ = TowersFormat(out, dtype_, wanted);
    src_ = TowersFormat(request.src.shape, dtype_, towers);
    if (block_ > 1) {
      BlobMap map;
      map.channels = static_cast<int32_t>(in[1]);
      map.height = static_cast<int32_t>(in[2]);
      map.width = static_cast<int32_t>(in[3]);
      map.block = static_cast<int32_t>(block_);
      map.pad_top = static_cast<int32_t>(layer.window.pad_top);
      map.pad_left = static_cast<int32_t>(layer.window.pad_left);
      map.rows = static_cast<int32_t>(problem_.height);
      map.columns = static_cast<int32_t>(problem_.width);
      src_ = BlockFormat(request.src.shape, dtype_, map);
    }
    CudaParameter::Extents extents;
    extents.out = layer.out_channels;
    extents.in = in[1] / layer.groups;
    extents.height = layer.window.kernel_h;
    extents.width = layer.window.kernel_w;
    weight_.emplace(
        Shape{extents.out, extents.in, extents.height, extents.width}, extents,
        block_, dtype_, request.training);
    if (layer.has_bias) {
      bias_.emplace(Shape{extents.out},
                    CudaParameter::Extents{extents.out, 1, 1, 1}, 1, dtype_,
                    request.training);
    }
  }

  Status Prepare(const Engine& engine, const KernelRequest& request) {
    ConvolutionProblem forward = problem_;
    if (LaysOut()) forward.bias = forward.relu = false;
    ALEXNET_ASSIGN_OR_RETURN(forward_, engine.math.MakeConvolution(forward));
    name_ = fmt::format("{} convolution{} ({})", request.layer->name,
                        block_ > 1 ? " space to depth" : "", forward_->Name());
    ScratchPlan plan;
    plan.Add(forward_->workspace_bytes());
    computed_at_ = plan.Add(LaysOut() ? dst_.bytes : 0);
    memory_.scratch_bytes = plan.bytes();
    if (!request.training) return Status();
    memory_.backward_reads_src = true;
    memory_.backward_reads_dst = relu_;
    ALEXNET_ASSIGN_OR_RETURN(
        auto weight, Gradient(engine, ConvolutionPass::kWeightGradient));
    std::shared_ptr<Operation> source;
    if (request.src_gradient) {
      ALEXNET_ASSIGN_OR_RETURN(
          source, Gradient(engine, ConvolutionPass::kSourceGradient,
                           request.src_rectified));
      memory_.masks_src_gradient = source->masks();
    }
    backward_.emplace(dtype_, given_, computed_, relu_, /*source_first=*/true,
                      std::move(weight), std::move(source));
    ALEXNET_RETURN_IF_ERROR(backward_->Prepare(engine.device));
    memory_.scratch_bytes =
        std::max(memory_.scratch_bytes, backward_->scratch_bytes());
    return block_ > 1 ? UploadPadding() : Status();
  }

  const ParameterLayout* weight_layout() const override { return &*weight_; }
  const ParameterLayout* bias_layout() const override {
    return bias_ ? &*bias_ : nullptr;
  }

  Status Forward(const ForwardArgs& args) override {
    Operands operands;
    operands.a = args.src;
    operands.b = args.weight;
    operands.workspace = args.scratch;
    if (!LaysOut()) {
      operands.bias = args.bias;
      operands.out = args.dst;
      return forward_->Run(forward_stream_, operands);
    }
    operands.out = At(args.scratch, computed_at_);
    ALEXNET_RETURN_IF_ERROR(forward_->Run(forward_stream_, operands));
    return AddBiasAndActivate(forward_stream_, dtype_, computed_, operands.out,
                              args.bias, relu_, given_, args.dst);
  }

  Status Backward(const BackwardArgs& args) override {
    ALEXNET_RETURN_IF_ERROR(backward_->Run(stream_, args));
    if (block_ == 1 || args.weight_gradient == nullptr) return Status();
    return ZeroPadding(stream_, dtype_, weight_->elements(),
                       weight_->filter_elements(),
                       reinterpret_cast<const uint8_t*>(padding_.data()),
                       args.weight_gradient);
  }

 private:
  // Whether the output is laid out in other towers than it is computed in: by
  // the pass of bias and ReLU, which is then ours, backward by that of the
  // mask and the bias's gradient.
  bool LaysOut() const { return !computed_.InSame(given_); }

  Result<std::shared_ptr<Operation>> Gradient(const Engine& engine,
                                              ConvolutionPass pass,
                                              bool mask = false) {
    ConvolutionProblem problem = problem_;
    problem.pass = pass;
    problem.bias = problem.relu = false;
    problem.mask = mask;
    return engine.math.MakeConvolution(problem);
  }

  Status UploadPadding() {
    const std::vector<uint8_t> padding = weight_->Padding();
    const int64_t bytes = static_cast<int64_t>(padding.size());
    ALEXNET_ASSIGN_OR_RETURN(padding_, device_.Allocate(bytes, /*zero=*/false));
    ALEXNET_RETURN_IF_ERROR(device_.Upload(padding.data(), bytes,
                                           padding_.data(), Queue::kCompute));
    return device_.Finish();
  }

  CudaDevice& device_;
  const bool relu_;
  int64_t block_ = 1;
  ConvolutionProblem problem_;
  TowerMap computed_;  // of the output
  TowerMap given_;
  int64_t computed_at_ = 0;
  std::optional<CudaParameter> weight_;
  std::optional<CudaParameter> bias_;
  std::shared_ptr<Operation> forward_;
  std::optional<LinearBackward> backward_;
  AlignedBuffer padding_;  // of a filter stored space to depth
};

}  // namespace

KernelResult MakeKernel(const Convolution&, const Engine& engine,
                        const KernelRequest& request) {
  auto kernel = std::make_unique<ConvolutionKernel>(engine, request);
  ALEXNET_RETURN_IF_ERROR(kernel->Prepare(engine, request));
  return KernelResult(std::move(kernel));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
