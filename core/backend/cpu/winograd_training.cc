// Convolution of stride 1 in training by Winograd's algorithm. Weights stay as
// they are and are transformed for each pass. The source's gradient is the
// convolution of the output's with weights whose rows and columns run backwards
// and whose channels and filters have changed places.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/elementwise.h"
#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/parameter_layouts.h"
#include "core/backend/cpu/winograd/convolution.h"
#include "core/backend/cpu/winograd/weight_gradient.h"
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
  WinogradTrainingKernel(const KernelRequest& request, const Format& src,
                         const Format& dst)
      : has_bias_(As<Convolution>(*request.layer)->has_bias),
        layer_(WinogradLayerOf(request, src, dst)),
        batch_(request.batch),
        forward_(WinogradFormOf(request.shapes->window, request.batch),
                 UsedInstructionSet(), layer_, request.batch),
        weight_gradient_(WinogradFormOf(request.shapes->window, request.batch),
                         UsedInstructionSet(), layer_, request.batch),
        taps_(forward_.loops().taps) {
    name_ = request.layer->name + " Winograd";
    src_ = src;
    dst_ = dst;
    if (request.src_gradient) {
      ResolvedWindow gradient = request.shapes->window;
      gradient.out_h = layer_.height;
      gradient.out_w = layer_.width;
      backward_.emplace(WinogradFormOf(gradient, request.batch),
                        UsedInstructionSet(), Transposed(layer_, taps_),
                        request.batch);
    }
    const Shape weight = {layer_.groups * layer_.filters, layer_.channels,
                          taps_, taps_};
    weight_ = MakeDenseLayout(weight);
    bias_ = MakeDenseLayout({weight[0]});
    plain_bytes_ = RoundUp<int64_t>(weight.elements() * 4, 64);
    masked_bytes_ = layer_.relu ? RoundUp<int64_t>(dst_.bytes, 64) : 0;
    memory_.scratch_bytes = std::max(
        BytesOf(forward_),
        masked_bytes_ +
            std::max(weight_gradient_.scratch_size() * 4,
                     backward_ ? plain_bytes_ + BytesOf(*backward_) : 0));
    memory_.backward_reads_src = true;
    memory_.backward_reads_dst = layer_.relu;
  }

  const ParameterLayout* weight_layout() const override {
    return weight_.get();
  }
  const ParameterLayout* bias_layout() const override {
    return has_bias_ ? bias_.get() : nullptr;
  }

  Status Forward(const ForwardArgs& args) override {
    Run(forward_, static_cast<const float*>(args.src),
        static_cast<const float*>(args.weight),
        static_cast<const float*>(args.bias), static_cast<float*>(args.dst),
        static_cast<float*>(args.scratch));
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    auto* scratch = static_cast<std::byte*>(args.scratch);
    const auto* gradient = static_cast<const float*>(args.dst_gradient);
    if (layer_.relu) {
      auto* masked = reinterpret_cast<float*>(scratch);
      ReluBackward(static_cast<const float*>(args.dst), gradient,
                   dst_.bytes / 4, masked);
      gradient = masked;
    }
    auto* rest = reinterpret_cast<float*>(scratch + masked_bytes_);
    if (args.bias_gradient != nullptr) {
      SumPixels({batch_, layer_.groups * layer_.filters, layer_.dst_block,
                 layer_.out_height * layer_.out_width},
                gradient, static_cast<float*>(args.bias_gradient));
    }
    if (args.weight_gradient != nullptr) {
      weight_gradient_.Compute(static_cast<const float*>(args.src), gradient,
                               static_cast<float*>(args.weight_gradient), rest);
    }
    if (args.src_gradient != nullptr) {
      Transpose(layer_, taps_, static_cast<const float*>(args.weight), rest);
      Run(*backward_, gradient, rest, /*bias=*/nullptr,
          static_cast<float*>(args.src_gradient), rest + plain_bytes_ / 4);
    }
    return Status();
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
  const WinogradLayer layer_;
  const int64_t batch_;
  const WinogradConvolution forward_;
  const WinogradWeightGradient weight_gradient_;
  const int64_t taps_;
  std::optional<WinogradConvolution> backward_;
  std::unique_ptr<ParameterLayout> weight_;
  std::unique_ptr<ParameterLayout> bias_;
  int64_t plain_bytes_ = 0;   // of weights
  int64_t masked_bytes_ = 0;  // of the gradient before the ReLU
};

}  // namespace

KernelResult MakeWinogradTraining(const KernelRequest& request,
                                  const Format& src, const Format& dst) {
  return std::unique_ptr<Kernel>(
      std::make_unique<WinogradTrainingKernel>(request, src, dst));
}

}  // namespace alexnet::cpu
