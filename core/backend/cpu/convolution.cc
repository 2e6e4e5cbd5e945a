// Convolution of any shape.

#include "core/backend/cpu/lowered/convolution.h"

#include <memory>

#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/lowered_operands.h"
#include "core/backend/cpu/parameter_layouts.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

class ConvolutionKernel : public CpuKernel {
 public:
  ConvolutionKernel(const KernelRequest& request, const Format& src,
                    const Format& dst)
      : relu_(request.fused.has_value()),
        has_bias_(As<Convolution>(*request.layer)->has_bias),
        convolution_(GeometryOf(*As<Convolution>(*request.layer),
                                request.shapes->window, src, dst),
                     request.batch, TeamSize(), request.training,
                     request.src_gradient),
        weight_(MakePanelLayout(convolution_.geometry())),
        bias_(MakeDenseLayout({dst.shape[1]})) {
    name_ = request.layer->name + " lowered";
    src_ = src;
    dst_ = dst;
    memory_.scratch_bytes = convolution_.scratch_size() * 4;
    memory_.backward_reads_src = true;
    memory_.backward_reads_dst = relu_;
  }

  const ParameterLayout* weight_layout() const override {
    return weight_.get();
  }
  const ParameterLayout* bias_layout() const override {
    return has_bias_ ? bias_.get() : nullptr;
  }

  Status Forward(const ForwardArgs& args) override {
    convolution_.Forward(static_cast<const float*>(args.src),
                         static_cast<const float*>(args.weight),
                         static_cast<const float*>(args.bias), relu_,
                         static_cast<float*>(args.dst),
                         static_cast<float*>(args.scratch));
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    const auto* dst = relu_ ? static_cast<const float*>(args.dst) : nullptr;
    const auto* gradient = static_cast<const float*>(args.dst_gradient);
    auto* scratch = static_cast<float*>(args.scratch);
    if (args.weight_gradient != nullptr || args.bias_gradient != nullptr) {
      convolution_.BackwardWeights(
          static_cast<const float*>(args.src), dst, gradient,
          static_cast<float*>(args.weight_gradient),
          static_cast<float*>(args.bias_gradient), scratch);
    }
    if (args.src_gradient != nullptr) {
      convolution_.BackwardData(
          static_cast<const float*>(args.weight), dst, gradient,
          static_cast<float*>(args.src_gradient), scratch);
    }
    return Status();
  }

 private:
  const bool relu_;
  const bool has_bias_;
  const LoweredConvolution convolution_;
  std::unique_ptr<ParameterLayout> weight_;
  std::unique_ptr<ParameterLayout> bias_;
};

// Whether each filter sees all of the source once.
bool IsFullyConnected(const Convolution& convolution,
                      const KernelRequest& request) {
  const ResolvedWindow& window = request.shapes->window;
  return convolution.groups == 1 && window.out_h == 1 && window.out_w == 1 &&
         window.window.pad_top == 0 && window.window.pad_left == 0 &&
         window.window.kernel_h == request.src.shape[2] &&
         window.window.kernel_w == request.src.shape[3];
}

}  // namespace

KernelResult MakeConvolution(const KernelRequest& request) {
  const int64_t groups = As<Convolution>(*request.layer)->groups;
  return std::unique_ptr<Kernel>(std::make_unique<ConvolutionKernel>(
      request, LoweredSource(request.src, groups),
      LoweredOutput(WithBatch(request.shapes->out, request.batch), groups)));
}

KernelResult MakeKernel(const Convolution& layer,
                        const KernelRequest& request) {
  if (IsFullyConnected(layer, request)) {
    return MakeInnerProduct(request, layer.has_bias);
  }
  if (SuitsSpaceToDepth(request)) return MakeSpaceToDepthConvolution(request);
  return SuitsWinograd(request) ? MakeWinogradConvolution(request)
                                : MakeConvolution(request);
}

}  // namespace alexnet::cpu
