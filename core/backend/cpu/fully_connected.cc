// Fully connected layers: our own kernels at small batches, where reading the
// weights is all the time there is, oneDNN's beyond.

#include <algorithm>

#include "core/backend/cpu/dnnl_support.h"
#include "core/backend/cpu/elementwise.h"
#include "core/backend/cpu/gemv.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/parameter_layouts.h"
#include "core/base/checked_math.h"

namespace alexnet::cpu {
namespace {

using dnnl::prop_kind;

struct Sizes {
  explicit Sizes(const KernelRequest& request)
      : batch(request.batch),
        in(request.shapes->in.elements()),
        out(request.shapes->out[1]) {}
  int64_t batch;
  int64_t in;
  int64_t out;
};

// Row-major in memory, whatever their type.
std::unique_ptr<ParameterLayout> RowsOf(const Sizes& sizes, WeightType type) {
  switch (type) {
    case WeightType::kF32:
      return MakeDenseLayout({sizes.out, sizes.in});
    case WeightType::kF16:
      return MakeDenseLayout({sizes.out, sizes.in}, DType::kF16);
    case WeightType::kBF16:
      return MakeDenseLayout({sizes.out, sizes.in}, DType::kBF16);
    case WeightType::kI8:
      return MakeQuantizedLayout(sizes.out, sizes.in);
  }
  return nullptr;
}

class GemvKernel : public CpuKernel {
 public:
  explicit GemvKernel(const KernelRequest& request)
      : sizes_(request),
        has_bias_(As<FullyConnected>(*request.layer)->has_bias),
        relu_(request.fused.has_value()),
        type_(request.weight_dtype),
        weight_(RowsOf(sizes_, type_)),
        bias_(MakeDenseLayout({sizes_.out})) {
    name_ = request.layer->name + " gemv " + WeightTypeName(type_);
    src_ = Format::Dense(request.src.shape);
    dst_ = Format::Dense({sizes_.batch, sizes_.out});
  }

  const ParameterLayout* weight_layout() const override {
    return weight_.get();
  }
  const ParameterLayout* bias_layout() const override {
    return has_bias_ ? bias_.get() : nullptr;
  }

  Status Forward(const ForwardArgs& args) override {
    Gemv({.matrix = args.weight,
          .type = type_,
          .factors = type_ == WeightType::kI8
                         ? QuantizedFactors(args.weight, sizes_.out, sizes_.in)
                         : nullptr,
          .rows = sizes_.out,
          .columns = sizes_.in,
          .bias = static_cast<const float*>(args.bias),
          .vectors = static_cast<const float*>(args.src),
          .count = sizes_.batch,
          .out = static_cast<float*>(args.dst),
          .relu = relu_});
    return Status();
  }

 private:
  const Sizes sizes_;
  const bool has_bias_;
  const bool relu_;
  const WeightType type_;
  const std::unique_ptr<ParameterLayout> weight_;
  const std::unique_ptr<ParameterLayout> bias_;
};

class InnerProductKernel : public CpuKernel {
 public:
  explicit InnerProductKernel(const KernelRequest& request)
      : sizes_(request),
        has_bias_(As<FullyConnected>(*request.layer)->has_bias),
        relu_(request.fused.has_value()) {
    const Shape weight = {sizes_.out, sizes_.in};
    src_ = Format::Dense(request.src.shape);
    dst_ = Format::Dense({sizes_.batch, sizes_.out});
    flat_ = DenseDescriptor({sizes_.batch, sizes_.in});
    out_ = DenseDescriptor({sizes_.batch, sizes_.out});
    bias_descriptor_ = DenseDescriptor({sizes_.out});
    MakeForward(request.training);
    name_ = request.layer->name + " " + implementation_;
    weight_ =
        MakeDnnlLayout(weight, DenseDescriptor(weight), weight_descriptor_);
    bias_ = MakeDenseLayout({sizes_.out});
    if (request.training) MakeBackward(request.src_gradient);
    masked_bytes_ =
        request.training && relu_ ? RoundUp<int64_t>(dst_.bytes, 64) : 0;
    memory_.scratch_bytes = masked_bytes_ + scratch_bytes_;
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
      std::unordered_map<int, dnnl::memory> arguments = {
          {DNNL_ARG_SRC, View(flat_, args.src)},
          {DNNL_ARG_WEIGHTS, View(weight_descriptor_, args.weight)},
          {DNNL_ARG_DST, View(out_, args.dst)},
          {DNNL_ARG_SCRATCHPAD, View(forward_scratch_, args.scratch)}};
      if (has_bias_) {
        arguments.emplace(DNNL_ARG_BIAS, View(bias_descriptor_, args.bias));
      }
      forward_.execute(Stream(), arguments);
      if (relu_) Rectify(dst_.bytes / 4, args.dst);
      return Status();
    });
  }

  Status Backward(const BackwardArgs& args) override {
    return Guarded(name_, [&] {
      auto* scratch = static_cast<std::byte*>(args.scratch);
      const void* gradient = args.dst_gradient;
      if (relu_) {
        ReluBackward(static_cast<const float*>(args.dst),
                     static_cast<const float*>(args.dst_gradient),
                     dst_.bytes / 4, reinterpret_cast<float*>(scratch));
        gradient = scratch;
        scratch += masked_bytes_;
      }
      if (args.bias_gradient != nullptr) {
        SumRows(static_cast<const float*>(gradient), sizes_.batch, sizes_.out,
                static_cast<float*>(args.bias_gradient));
      }
      if (args.weight_gradient != nullptr) {
        weights_.execute(
            Stream(), {{DNNL_ARG_SRC, View(flat_, args.src)},
                       {DNNL_ARG_DIFF_DST, View(out_, gradient)},
                       {DNNL_ARG_DIFF_WEIGHTS,
                        View(weight_descriptor_, args.weight_gradient)},
                       {DNNL_ARG_SCRATCHPAD, View(weights_scratch_, scratch)}});
      }
      if (args.src_gradient != nullptr) {
        data_.execute(
            Stream(),
            {{DNNL_ARG_DIFF_DST, View(out_, gradient)},
             {DNNL_ARG_WEIGHTS, View(weight_descriptor_, args.weight)},
             {DNNL_ARG_DIFF_SRC, View(flat_, args.src_gradient)},
             {DNNL_ARG_SCRATCHPAD, View(data_scratch_, scratch)}});
      }
      return Status();
    });
  }

 private:
  void MakeForward(bool training) {
    const prop_kind kind =
        training ? prop_kind::forward_training : prop_kind::forward_inference;
    // oneDNN's own layout: forward, row-major weights take twice as long. The
    // three passes of training share it.
    const Descriptor weight = AnyDescriptor({sizes_.out, sizes_.in});
    const auto descriptor =
        has_bias_
            ? dnnl::inner_product_forward::desc(kind, flat_, weight,
                                                bias_descriptor_, out_)
            : dnnl::inner_product_forward::desc(kind, flat_, weight, out_);
    const dnnl::inner_product_forward::primitive_desc forward(
        descriptor, Attributes(), Engine());
    hint_ = forward;
    weight_descriptor_ = forward.weights_desc();
    forward_ = dnnl::inner_product_forward(forward);
    forward_scratch_ = forward.scratchpad_desc();
    implementation_ = forward.impl_info_str();
    scratch_bytes_ = static_cast<int64_t>(forward_scratch_.get_size());
  }

  void MakeBackward(bool src_gradient) {
    const dnnl::inner_product_backward_weights::primitive_desc weights(
        {flat_, weight_descriptor_, out_}, Attributes(), Engine(), hint_);
    weights_ = dnnl::inner_product_backward_weights(weights);
    weights_scratch_ = weights.scratchpad_desc();
    scratch_bytes_ = std::max(
        scratch_bytes_, static_cast<int64_t>(weights_scratch_.get_size()));
    if (!src_gradient) return;
    const dnnl::inner_product_backward_data::primitive_desc data(
        {flat_, weight_descriptor_, out_}, Attributes(), Engine(), hint_);
    data_ = dnnl::inner_product_backward_data(data);
    data_scratch_ = data.scratchpad_desc();
    scratch_bytes_ = std::max(scratch_bytes_,
                              static_cast<int64_t>(data_scratch_.get_size()));
  }

  const Sizes sizes_;
  const bool has_bias_;
  const bool relu_;
  Descriptor flat_;
  Descriptor out_;
  Descriptor weight_descriptor_;
  Descriptor bias_descriptor_;
  dnnl::inner_product_forward::primitive_desc hint_;
  dnnl::primitive forward_;
  dnnl::primitive weights_;
  dnnl::primitive data_;
  Descriptor forward_scratch_;
  Descriptor weights_scratch_;
  Descriptor data_scratch_;
  std::unique_ptr<ParameterLayout> weight_;
  std::unique_ptr<ParameterLayout> bias_;
  std::string implementation_;
  int64_t scratch_bytes_ = 0;
  int64_t masked_bytes_ = 0;
};

}  // namespace

KernelResult MakeKernel(const FullyConnected&, const KernelRequest& request) {
  const bool narrow = request.weight_dtype != WeightType::kF32;
  if (!request.training && (narrow || request.batch <= kGemvVectors)) {
    return std::unique_ptr<Kernel>(std::make_unique<GemvKernel>(request));
  }
  std::unique_ptr<Kernel> kernel;
  ALEXNET_RETURN_IF_ERROR(Guarded(request.layer->name, [&] {
    kernel = std::make_unique<InnerProductKernel>(request);
    return Status();
  }));
  return kernel;
}

}  // namespace alexnet::cpu
