// Convolution of stride 1 in training: output and source gradient by Winograd's
// algorithm, gradients of weights by oneDNN. Weights stay as they are and are
// transformed for each pass. The source's gradient is the convolution of the
// output's with weights whose rows and columns run backwards and whose channels
// and filters have changed places.

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "core/backend/cpu/convolution_math.h"
#include "core/backend/cpu/dnnl_support.h"
#include "core/backend/cpu/elementwise.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/parameter_layouts.h"
#include "core/backend/cpu/winograd/convolution.h"
#include "core/backend/cpu/winograd_choice.h"
#include "core/base/checked_math.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

// Of the gradient's convolution.
WinogradLayer Transposed(const WinogradLayer& layer, int64_t taps) {
  WinogradLayer back = layer;
  std::swap(back.height, back.out_height);
  std::swap(back.width, back.out_width);
  std::swap(back.channels, back.filters);
  std::swap(back.src_block, back.dst_block);
  back.pad_top = taps - 1 - layer.pad_top;
  back.pad_left = taps - 1 - layer.pad_left;
  back.relu = false;
  return back;
}

// (groups, filters, channels, taps, taps) to (groups, channels, filters, ...).
void Transpose(const WinogradLayer& layer, int64_t taps, const float* weight,
               float* transposed) {
  const int64_t area = taps * taps;
  ParallelFor(
      layer.groups * layer.channels, 16, [&](int64_t begin, int64_t end) {
        for (int64_t at = begin; at < end; ++at) {
          const int64_t group = at / layer.channels;
          const int64_t channel = at % layer.channels;
          for (int64_t f = 0; f < layer.filters; ++f) {
            const float* from =
                weight +
                ((group * layer.filters + f) * layer.channels + channel) * area;
            std::reverse_copy(from, from + area,
                              transposed + (at * layer.filters + f) * area);
          }
        }
      });
}

class WinogradTrainingKernel : public CpuKernel {
 public:
  explicit WinogradTrainingKernel(const KernelRequest& request)
      : has_bias_(As<Convolution>(*request.layer)->has_bias),
        math_(*As<Convolution>(*request.layer), *request.shapes, request.batch,
              AnyDescriptor(request.src.shape), /*training=*/true,
              /*src_gradient=*/false) {
    src_ = FormatOf(math_.src(), request.src.shape);
    dst_ = FormatOf(math_.dst(), WithBatch(request.shapes->out, request.batch));
    if (!usable()) return;
    layer_ = WinogradLayerOf(request, src_, dst_);
    const ResolvedWindow& window = request.shapes->window;
    forward_.emplace(WinogradFormOf(window, request.batch),
                     WinogradInstructionSet(), layer_, request.batch);
    taps_ = forward_->loops().taps;
    name_ =
        request.layer->name + " Winograd, weights " + math_.implementation();
    if (request.src_gradient) {
      ResolvedWindow gradient = window;
      gradient.out_h = layer_.height;
      gradient.out_w = layer_.width;
      backward_.emplace(WinogradFormOf(gradient, request.batch),
                        WinogradInstructionSet(), Transposed(layer_, taps_),
                        request.batch);
    }
    const Shape weight = {layer_.groups * layer_.filters, layer_.channels,
                          taps_, taps_};
    weight_ = MakeDenseLayout(weight);
    bias_ = MakeDenseLayout({weight[0]});
    plain_bytes_ = RoundUp<int64_t>(weight.elements() * 4, 64);
    packed_bytes_ =
        RoundUp<int64_t>(static_cast<int64_t>(math_.weight().get_size()), 64);
    masked_bytes_ = layer_.relu ? RoundUp<int64_t>(dst_.bytes, 64) : 0;
    memory_.scratch_bytes = std::max(
        BytesOf(*forward_),
        masked_bytes_ +
            std::max(packed_bytes_ + math_.scratch_bytes(),
                     backward_ ? plain_bytes_ + BytesOf(*backward_) : 0));
    memory_.backward_reads_src = true;
    memory_.backward_reads_dst = layer_.relu;
  }

  bool usable() const { return WinogradWalks(src_) && WinogradWalks(dst_); }

  const ParameterLayout* weight_layout() const override {
    return weight_.get();
  }
  const ParameterLayout* bias_layout() const override {
    return has_bias_ ? bias_.get() : nullptr;
  }

  Status Forward(const ForwardArgs& args) override {
    Run(*forward_, static_cast<const float*>(args.src),
        static_cast<const float*>(args.weight),
        static_cast<const float*>(args.bias), static_cast<float*>(args.dst),
        static_cast<float*>(args.scratch));
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    return Guarded(name_, [&]() -> Status {
      auto* scratch = static_cast<std::byte*>(args.scratch);
      const auto* gradient = static_cast<const float*>(args.dst_gradient);
      if (layer_.relu) {
        auto* masked = reinterpret_cast<float*>(scratch);
        ReluBackward(static_cast<const float*>(args.dst), gradient,
                     dst_.bytes / 4, masked);
        gradient = masked;
      }
      scratch += masked_bytes_;
      if (args.weight_gradient != nullptr || args.bias_gradient != nullptr) {
        ALEXNET_RETURN_IF_ERROR(math_.BackwardWeights(
            args.src, gradient,
            args.weight_gradient != nullptr ? scratch : nullptr,
            args.bias_gradient, scratch + packed_bytes_));
        if (args.weight_gradient != nullptr) {
          ALEXNET_RETURN_IF_ERROR(Reorder(math_.weight(), scratch,
                                          math_.dense_weight(),
                                          args.weight_gradient));
        }
      }
      if (args.src_gradient != nullptr) {
        auto* transposed = reinterpret_cast<float*>(scratch);
        Transpose(layer_, taps_, static_cast<const float*>(args.weight),
                  transposed);
        Run(*backward_, gradient, transposed, /*bias=*/nullptr,
            static_cast<float*>(args.src_gradient),
            reinterpret_cast<float*>(scratch + plain_bytes_));
      }
      return Status();
    });
  }

 private:
  // Of scratch: transformed weights, and what the convolution needs.
  static int64_t WeightBytes(const WinogradConvolution& convolution) {
    return RoundUp<int64_t>(convolution.weight_size() * 4, 64);
  }
  static int64_t BytesOf(const WinogradConvolution& convolution) {
    return WeightBytes(convolution) + convolution.scratch_size() * 4;
  }
  static void Run(const WinogradConvolution& convolution, const float* src,
                  const float* weight, const float* bias, float* dst,
                  float* scratch) {
    convolution.TransformWeights(weight, scratch);
    convolution.Forward(src, scratch, bias, dst,
                        scratch + WeightBytes(convolution) / 4);
  }

  const bool has_bias_;
  ConvolutionMath math_;
  WinogradLayer layer_;
  int64_t taps_ = 0;
  std::optional<WinogradConvolution> forward_;
  std::optional<WinogradConvolution> backward_;
  std::unique_ptr<ParameterLayout> weight_;
  std::unique_ptr<ParameterLayout> bias_;
  int64_t plain_bytes_ = 0;   // of weights
  int64_t packed_bytes_ = 0;  // of their gradients as oneDNN has them
  int64_t masked_bytes_ = 0;  // of the gradient before the ReLU
};

}  // namespace

KernelResult MakeWinogradTraining(const KernelRequest& request) {
  std::unique_ptr<WinogradTrainingKernel> kernel;
  ALEXNET_RETURN_IF_ERROR(Guarded(request.layer->name, [&] {
    kernel = std::make_unique<WinogradTrainingKernel>(request);
    return Status();
  }));
  if (!kernel->usable()) return MakeConvolution(request);
  return std::unique_ptr<Kernel>(std::move(kernel));
}

}  // namespace alexnet::cpu
