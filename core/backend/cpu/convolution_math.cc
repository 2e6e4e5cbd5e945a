#include "core/backend/cpu/convolution_math.h"

#include <algorithm>
#include <unordered_map>

#include "core/backend/cpu/winograd_choice.h"
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

bool IsPlain(const std::string& implementation) {
  return implementation.starts_with("ref");
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
                                 bool src_gradient)
    : channels_(shapes.in[1]),
      filters_(convolution.out_channels),
      keeps_src_(channels_ <= kFewChannels && IsDense(offered) &&
                 !src_gradient) {
  const bool plain = Make(convolution, shapes, batch, offered, training,
                          src_gradient, {channels_, filters_});
  // Channels of groups stand side by side: there is no room between them.
  if (!plain || convolution.groups > 1) return;
  const int64_t block = WinogradBlock();
  const Extents whole = {
      keeps_src_ ? channels_ : RoundUp<int64_t>(channels_, block),
      RoundUp<int64_t>(filters_, block)};
  if (whole.channels == channels_ && whole.filters == filters_) return;
  Make(convolution, shapes, batch, offered, training, src_gradient, whole);
}

bool ConvolutionMath::Make(const Convolution& convolution,
                           const LayerShapes& shapes, int64_t batch,
                           const Descriptor& offered, bool training,
                           bool src_gradient, const Extents& extents) {
  const Window& window = shapes.window.window;
  const int64_t groups = convolution.groups;
  const Dims strides = {window.stride_h, window.stride_w};
  const Dims begin = {window.pad_top, window.pad_left};
  const Dims end = {window.pad_bottom, window.pad_right};
  const Dims out = {batch, extents.filters, shapes.window.out_h,
                    shapes.window.out_w};
  const auto weight_of = [&](int64_t filters, int64_t channels) {
    return groups > 1
               ? Dims{groups, filters / groups, channels / groups,
                      window.kernel_h, window.kernel_w}
               : Dims{filters, channels, window.kernel_h, window.kernel_w};
  };
  dense_weight_ = {weight_of(filters_, channels_), kFloat,
                   groups > 1 ? Tag::goihw : Tag::oihw};
  bias_ = {Dims{extents.filters}, kFloat, Tag::a};
  Dims in = offered.dims();
  in[1] = extents.channels;
  const auto tag_of = [](int64_t given, int64_t used) {
    if (given == used) return Tag::any;
    return WinogradBlock() == 16 ? Tag::nChw16c : Tag::nChw8c;
  };
  const Descriptor any_src =
      keeps_src_ ? offered
                 : Descriptor(in, kFloat, tag_of(channels_, extents.channels));
  const Descriptor any_dst(out, kFloat, tag_of(filters_, extents.filters));
  const Descriptor any_weight(weight_of(extents.filters, extents.channels),
                              kFloat, Tag::any);
  scratch_bytes_ = 0;

  const dnnl::convolution_forward::primitive_desc forward(
      {training ? prop_kind::forward_training : prop_kind::forward_inference,
       algorithm::convolution_direct, any_src, any_weight, bias_, any_dst,
       strides, begin, end},
      Attributes(), Engine());
  src_ = forward.src_desc();
  dst_ = forward.dst_desc();
  weight_ = forward.weights_desc();
  implementation_ = forward.impl_info_str();
  bool plain = IsPlain(implementation_);
  // Where a layer has no bias, one of zeros stands in for it.
  Finish(forward, weight_, static_cast<int64_t>(bias_.get_size()), &forward_);
  forward_.primitive = dnnl::convolution_forward(forward);
  if (!training) return plain;

  const dnnl::convolution_backward_weights::primitive_desc weights(
      {algorithm::convolution_direct, src_, any_weight, bias_, dst_, strides,
       begin, end},
      Attributes(), Engine(), forward);
  plain = TellGradients(weights.impl_info_str()) || plain;
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
  if (!src_gradient) return plain;
  const dnnl::convolution_backward_data::primitive_desc data(
      {algorithm::convolution_direct, src_, any_weight, dst_, strides, begin,
       end},
      Attributes(), Engine(), forward);
  plain = TellGradients(data.impl_info_str()) || plain;
  backward_data_.emplace();
  Finish(data, data.weights_desc(), 0, &*backward_data_);
  backward_data_->primitive = dnnl::convolution_backward_data(data);
  return plain;
}

bool ConvolutionMath::TellGradients(const std::string& implementation) {
  if (!IsPlain(implementation)) return false;
  implementation_ += ", gradients " + implementation;
  return true;
}

Descriptor ConvolutionMath::WithExtent(Descriptor descriptor, int axis,
                                       int64_t extent) {
  descriptor.data.dims[axis] = extent;
  return descriptor;
}

Descriptor ConvolutionMath::weight() const {
  // Of groups nothing is added.
  if (dense_weight_.dims().size() == 5) return weight_;
  return WithExtent(WithExtent(weight_, 0, filters_), 1, channels_);
}

const void* ConvolutionMath::WholeBias(const void* bias, void* scratch) const {
  if (bias != nullptr && bias_.dims()[0] == filters_) return bias;
  auto* whole = static_cast<float*>(scratch);
  std::fill_n(whole, bias_.dims()[0], 0.0f);
  if (bias != nullptr) {
    std::copy_n(static_cast<const float*>(bias), filters_, whole);
  }
  return whole;
}

void ConvolutionMath::Forward(const void* src, const void* weight,
                              const void* bias, void* dst, void* scratch) {
  forward_.primitive.execute(
      Stream(),
      {{DNNL_ARG_SRC, View(src_, src)},
       {DNNL_ARG_WEIGHTS, View(weight_, weight)},
       {DNNL_ARG_BIAS, View(bias_, WholeBias(bias, scratch))},
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
  const bool copy_bias =
      bias_gradient == nullptr || bias_.dims()[0] != filters_;
  void* own_bias =
      copy_bias ? Offset(scratch, step.weight_bytes) : bias_gradient;
  step.primitive.execute(
      Stream(), {{DNNL_ARG_SRC, View(src_, src)},
                 {DNNL_ARG_DIFF_DST, View(dst_, dst_gradient)},
                 {DNNL_ARG_DIFF_WEIGHTS, View(step.weight, own_weight)},
                 {DNNL_ARG_DIFF_BIAS, View(bias_, own_bias)},
                 {DNNL_ARG_SCRATCHPAD,
                  View(step.scratch,
                       Offset(scratch, step.weight_bytes + step.bias_bytes))}});
  if (copy_bias && bias_gradient != nullptr) {
    std::copy_n(static_cast<const float*>(own_bias), filters_,
                static_cast<float*>(bias_gradient));
  }
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
