#include "core/backend/cpu/convolution_math.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/checked_math.h"

namespace alexnet::cpu {
namespace {

using Dims = dnnl::memory::dims;
using dnnl::algorithm;
using dnnl::prop_kind;

constexpr auto kFloat = dnnl::memory::data_type::f32;
constexpr int64_t kFewChannels = 4;

bool IsDense(const Descriptor& descriptor) {
  return descriptor == Descriptor(descriptor.dims(), kFloat, Tag::nchw);
}

std::byte* Offset(void* scratch, int64_t bytes) {
  return static_cast<std::byte*>(scratch) + bytes;
}

}  // namespace

template <typename PrimitiveDescriptor>
void ConvolutionMath::Finish(const PrimitiveDescriptor& descriptor,
                             const Descriptor& own_weight, int64_t bias_bytes,
                             Step* step) {
  step->weight = own_weight;
  if (own_weight != weight_) {
    step->weight_bytes =
        RoundUp<int64_t>(static_cast<int64_t>(own_weight.get_size()), 64);
  }
  step->bias_bytes = RoundUp<int64_t>(bias_bytes, 64);
  step->scratch = descriptor.scratchpad_desc();
  scratch_bytes_ = std::max(scratch_bytes_,
                            step->weight_bytes + step->bias_bytes +
                                static_cast<int64_t>(step->scratch.get_size()));
}

ConvolutionMath::ConvolutionMath(const Convolution& convolution,
                                 const LayerShapes& shapes, int64_t batch,
                                 const Descriptor& offered, bool training,
                                 bool src_gradient) {
  const Window& window = shapes.window.window;
  const int64_t groups = convolution.groups;
  const int64_t channels = shapes.in[1];
  const Dims strides = {window.stride_h, window.stride_w};
  const Dims begin = {window.pad_top, window.pad_left};
  const Dims end = {window.pad_bottom, window.pad_right};
  const Dims out = {batch, convolution.out_channels, shapes.window.out_h,
                    shapes.window.out_w};
  const Dims weight =
      groups > 1 ? Dims{groups, convolution.out_channels / groups,
                        channels / groups, window.kernel_h, window.kernel_w}
                 : Dims{convolution.out_channels, channels, window.kernel_h,
                        window.kernel_w};
  dense_weight_ = {weight, kFloat, groups > 1 ? Tag::goihw : Tag::oihw};
  bias_ = {Dims{convolution.out_channels}, kFloat, Tag::a};
  const Descriptor any_src = channels <= kFewChannels && IsDense(offered)
                                 ? offered
                                 : Descriptor(offered.dims(), kFloat, Tag::any);
  const Descriptor any_dst(out, kFloat, Tag::any);
  const Descriptor any_weight(weight, kFloat, Tag::any);

  const dnnl::convolution_forward::primitive_desc forward(
      {training ? prop_kind::forward_training : prop_kind::forward_inference,
       algorithm::convolution_direct, any_src, any_weight, bias_, any_dst,
       strides, begin, end},
      Attributes(), Engine());
  src_ = forward.src_desc();
  dst_ = forward.dst_desc();
  weight_ = forward.weights_desc();
  implementation_ = forward.impl_info_str();
  // Where a layer has no bias, one of zeros stands in for it.
  Finish(forward, weight_, static_cast<int64_t>(bias_.get_size()), &forward_);
  forward_.primitive = dnnl::convolution_forward(forward);
  if (!training) return;

  const dnnl::convolution_backward_weights::primitive_desc weights(
      {algorithm::convolution_direct, src_, any_weight, bias_, dst_, strides,
       begin, end},
      Attributes(), Engine(), forward);
  backward_weights_.emplace();
  Finish(weights, weights.diff_weights_desc(),
         static_cast<int64_t>(bias_.get_size()), &*backward_weights_);
  // A caller may want the bias gradient alone.
  backward_weights_->weight_bytes = RoundUp<int64_t>(
      static_cast<int64_t>(backward_weights_->weight.get_size()), 64);
  scratch_bytes_ =
      std::max(scratch_bytes_,
               backward_weights_->weight_bytes + backward_weights_->bias_bytes +
                   static_cast<int64_t>(backward_weights_->scratch.get_size()));
  backward_weights_->primitive = dnnl::convolution_backward_weights(weights);
  if (!src_gradient) return;

  const dnnl::convolution_backward_data::primitive_desc data(
      {algorithm::convolution_direct, src_, any_weight, dst_, strides, begin,
       end},
      Attributes(), Engine(), forward);
  backward_data_.emplace();
  Finish(data, data.weights_desc(), 0, &*backward_data_);
  backward_data_->primitive = dnnl::convolution_backward_data(data);
}

void ConvolutionMath::Forward(const void* src, const void* weight,
                              const void* bias, void* dst, void* scratch) {
  if (bias == nullptr) {
    std::fill_n(static_cast<float*>(scratch), forward_.bias_bytes / 4, 0.0f);
    bias = scratch;
  }
  forward_.primitive.execute(
      Stream(),
      {{DNNL_ARG_SRC, View(src_, src)},
       {DNNL_ARG_WEIGHTS, View(weight_, weight)},
       {DNNL_ARG_BIAS, View(bias_, bias)},
       {DNNL_ARG_DST, View(dst_, dst)},
       {DNNL_ARG_SCRATCHPAD,
        View(forward_.scratch, Offset(scratch, forward_.bias_bytes))}});
}

Status ConvolutionMath::BackwardWeights(const void* src,
                                        const void* dst_gradient,
                                        void* weight_gradient,
                                        void* bias_gradient, void* scratch) {
  const Step& step = *backward_weights_;
  const bool copy = step.weight != weight_ || weight_gradient == nullptr;
  void* own_weight = copy ? scratch : weight_gradient;
  void* own_bias = bias_gradient != nullptr
                       ? bias_gradient
                       : Offset(scratch, step.weight_bytes);
  step.primitive.execute(
      Stream(), {{DNNL_ARG_SRC, View(src_, src)},
                 {DNNL_ARG_DIFF_DST, View(dst_, dst_gradient)},
                 {DNNL_ARG_DIFF_WEIGHTS, View(step.weight, own_weight)},
                 {DNNL_ARG_DIFF_BIAS, View(bias_, own_bias)},
                 {DNNL_ARG_SCRATCHPAD,
                  View(step.scratch,
                       Offset(scratch, step.weight_bytes + step.bias_bytes))}});
  if (!copy || weight_gradient == nullptr) return Status();
  return Reorder(step.weight, own_weight, weight_, weight_gradient);
}

Status ConvolutionMath::BackwardData(const void* dst_gradient,
                                     const void* weight, void* src_gradient,
                                     void* scratch) {
  const Step& step = *backward_data_;
  if (step.weight != weight_) {
    ALEXNET_RETURN_IF_ERROR(Reorder(weight_, weight, step.weight, scratch));
    weight = scratch;
  }
  step.primitive.execute(
      Stream(), {{DNNL_ARG_DIFF_DST, View(dst_, dst_gradient)},
                 {DNNL_ARG_WEIGHTS, View(step.weight, weight)},
                 {DNNL_ARG_DIFF_SRC, View(src_, src_gradient)},
                 {DNNL_ARG_SCRATCHPAD,
                  View(step.scratch, Offset(scratch, step.weight_bytes))}});
  return Status();
}

}  // namespace alexnet::cpu
