// Convolution of stride 1 by Winograd's algorithm, in inference: its weights
// are transformed once, when they are packed.

#include <fmt/core.h>

#include <memory>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/parameter_layouts.h"
#include "core/backend/cpu/planes.h"
#include "core/backend/cpu/winograd/convolution.h"
#include "core/backend/cpu/winograd_choice.h"

namespace alexnet::cpu {
namespace {

class WinogradLayout : public ParameterLayout {
 public:
  WinogradLayout(const Shape& weight, int64_t groups,
                 const WinogradConvolution& convolution)
      : weight_(weight), groups_(groups), convolution_(convolution) {}

  int64_t bytes() const override { return elements() * 4; }
  int64_t elements() const override { return convolution_.weight_size(); }
  std::string key() const override {
    return fmt::format("winograd {} of {} in {} groups, panels of {}",
                       convolution_.loops().outputs, weight_.ToString(),
                       groups_, convolution_.loops().columns);
  }
  bool dense() const override { return false; }

  Status Pack(const TensorView& tensor, void* packed) const override {
    ALEXNET_ASSIGN_OR_RETURN(Tensor plain, Tensor::Create(weight_));
    WidenToFloat(tensor.dtype, tensor.data, weight_.elements(), plain.f32());
    convolution_.TransformWeights(plain.f32(), static_cast<float*>(packed));
    return Status();
  }

  Status Unpack(const void*, float*) const override {
    return InternalError("transformed weights are for inference only");
  }

 private:
  const Shape weight_;
  const int64_t groups_;
  const WinogradConvolution convolution_;
};

class WinogradKernel : public CpuKernel {
 public:
  WinogradKernel(const KernelRequest& request, const Format& src,
                 const Format& dst, const WinogradLayer& layer)
      : has_bias_(As<Convolution>(*request.layer)->has_bias),
        convolution_(WinogradFormOf(request.shapes->window, request.batch),
                     UsedInstructionSet(), layer, request.batch) {
    const WinogradLoops& loops = convolution_.loops();
    name_ = fmt::format("{} Winograd {}x{} of {}x{}", request.layer->name,
                        loops.outputs, loops.outputs, loops.taps, loops.taps);
    src_ = src;
    dst_ = dst;
    const Shape weight = {layer.groups * layer.filters, layer.channels,
                          loops.taps, loops.taps};
    weight_ =
        std::make_unique<WinogradLayout>(weight, layer.groups, convolution_);
    bias_ = MakeDenseLayout({weight[0]});
    memory_.scratch_bytes = convolution_.scratch_size() * 4;
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
                         static_cast<const float*>(args.bias),
                         static_cast<float*>(args.dst),
                         static_cast<float*>(args.scratch));
    return Status();
  }

 private:
  const bool has_bias_;
  const WinogradConvolution convolution_;
  std::unique_ptr<ParameterLayout> weight_;
  std::unique_ptr<ParameterLayout> bias_;
};

}  // namespace

KernelResult MakeWinogradConvolution(const KernelRequest& request) {
  const Format src = WinogradWalks(request.src)
                         ? request.src
                         : BlockedFormat(request.src.shape, VectorBlock());
  const Format dst = BlockedFormat(
      WithBatch(request.shapes->out, request.batch), VectorBlock());
  if (request.training) return MakeWinogradTraining(request, src, dst);
  return std::unique_ptr<Kernel>(std::make_unique<WinogradKernel>(
      request, src, dst, WinogradLayerOf(request, src, dst)));
}

}  // namespace alexnet::cpu
