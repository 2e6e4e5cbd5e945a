// Convolution by oneDNN, in its blocked layouts. Its own ReLU, fused to it,
// would give zero for NaN.

#include <algorithm>

#include "core/backend/cpu/convolution_math.h"
#include "core/backend/cpu/dnnl_support.h"
#include "core/backend/cpu/elementwise.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/parameter_layouts.h"
#include "core/base/checked_math.h"

namespace alexnet::cpu {
namespace {

class ConvolutionKernel : public CpuKernel {
 public:
  explicit ConvolutionKernel(const KernelRequest& request)
      : relu_(request.fused.has_value()),
        has_bias_(As<Convolution>(*request.layer)->has_bias),
        math_(*As<Convolution>(*request.layer), *request.shapes, request.batch,
              DescriptorOf(request.src), request.training,
              request.src_gradient) {
    const Convolution& convolution = *As<Convolution>(*request.layer);
    name_ = request.layer->name + " " + math_.implementation();
    src_ = FormatOf(math_.src(), request.src.shape);
    dst_ = FormatOf(math_.dst(), WithBatch(request.shapes->out, request.batch));
    const Shape weight = {
        convolution.out_channels, request.src.shape[1] / convolution.groups,
        convolution.window.kernel_h, convolution.window.kernel_w};
    weight_ = MakeDnnlLayout(weight, math_.dense_weight(), math_.weight());
    bias_ = MakeDenseLayout({convolution.out_channels});
    masked_bytes_ =
        request.training && relu_ ? RoundUp<int64_t>(dst_.bytes, 64) : 0;
    memory_.scratch_bytes = masked_bytes_ + math_.scratch_bytes();
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
    return Guarded(name_, [&] {
      math_.Forward(args.src, args.weight, args.bias, args.dst, args.scratch);
      if (relu_) Rectify(dst_.bytes / 4, args.dst);
      return Status();
    });
  }

  Status Backward(const BackwardArgs& args) override {
    return Guarded(name_, [&]() -> Status {
      auto* scratch = static_cast<std::byte*>(args.scratch);
      const void* gradient = args.dst_gradient;
      if (relu_) {
        ReluBackward(static_cast<const float*>(args.dst),
                     static_cast<const float*>(args.dst_gradient),
                     dst_.bytes / 4, reinterpret_cast<float*>(scratch));
        gradient = scratch;
      }
      scratch += masked_bytes_;
      if (args.weight_gradient != nullptr || args.bias_gradient != nullptr) {
        ALEXNET_RETURN_IF_ERROR(
            math_.BackwardWeights(args.src, gradient, args.weight_gradient,
                                  args.bias_gradient, scratch));
      }
      if (args.src_gradient == nullptr) return Status();
      return math_.BackwardData(gradient, args.weight, args.src_gradient,
                                scratch);
    });
  }

 private:
  const bool relu_;
  const bool has_bias_;
  ConvolutionMath math_;
  std::unique_ptr<ParameterLayout> weight_;
  std::unique_ptr<ParameterLayout> bias_;
  int64_t masked_bytes_ = 0;  // of the gradient before the ReLU
};

}  // namespace

KernelResult MakeConvolution(const KernelRequest& request) {
  std::unique_ptr<Kernel> kernel;
  ALEXNET_RETURN_IF_ERROR(Guarded(request.layer->name, [&] {
    kernel = std::make_unique<ConvolutionKernel>(request);
    return Status();
  }));
  return kernel;
}

KernelResult MakeKernel(const Convolution&, const KernelRequest& request) {
  if (SuitsSpaceToDepth(request)) return MakeSpaceToDepthConvolution(request);
  return SuitsWinograd(request) ? MakeWinogradConvolution(request)
                                : MakeConvolution(request);
}

}  // namespace alexnet::cpu
