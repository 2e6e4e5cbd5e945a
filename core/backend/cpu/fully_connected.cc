// Fully connected layers, and convolutions whose window is the whole source. At
// small batches reading the weights is all the time there is.

#include <algorithm>
#include <cstddef>
#include <memory>

#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/elementwise.h"
#include "core/backend/cpu/gemv.h"
#include "core/backend/cpu/inner_products.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/parameter_layouts.h"
#include "core/base/checked_math.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

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
  GemvKernel(const KernelRequest& request, bool has_bias)
      : sizes_(request),
        has_bias_(has_bias),
        relu_(request.fused.has_value()),
        type_(request.weight_dtype),
        weight_(RowsOf(sizes_, type_)),
        bias_(MakeDenseLayout({sizes_.out})) {
    name_ = request.layer->name + " gemv " + WeightTypeName(type_);
    src_ = Format::Dense(request.src.shape);
    dst_ = Format::Dense(WithBatch(request.shapes->out, request.batch));
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

// For whole batches, and for training.
class InnerProductKernel : public CpuKernel {
 public:
  InnerProductKernel(const KernelRequest& request, bool has_bias)
      : sizes_(request),
        has_bias_(has_bias),
        relu_(request.fused.has_value()),
        products_(sizes_.batch, sizes_.in, sizes_.out, TeamSize()),
        weight_(RowsOf(sizes_, WeightType::kF32)),
        bias_(MakeDenseLayout({sizes_.out})) {
    name_ = request.layer->name + " products";
    src_ = Format::Dense(request.src.shape);
    dst_ = Format::Dense(WithBatch(request.shapes->out, request.batch));
    masked_bytes_ =
        request.training && relu_ ? RoundUp<int64_t>(dst_.bytes, 64) : 0;
    memory_.scratch_bytes = 4 * products_.forward_scratch();
    if (request.training) {
      memory_.scratch_bytes =
          std::max(memory_.scratch_bytes,
                   masked_bytes_ + 4 * products_.backward_scratch());
    }
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
    products_.Forward(static_cast<const float*>(args.src),
                      static_cast<const float*>(args.weight),
                      static_cast<const float*>(args.bias), relu_,
                      static_cast<float*>(args.dst),
                      static_cast<float*>(args.scratch));
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    const auto* gradient = static_cast<const float*>(args.dst_gradient);
    if (relu_) {
      auto* masked = static_cast<float*>(args.scratch);
      ReluBackward(static_cast<const float*>(args.dst), gradient,
                   dst_.bytes / 4, masked);
      gradient = masked;
    }
    auto* scratch = reinterpret_cast<float*>(
        static_cast<std::byte*>(args.scratch) + masked_bytes_);
    if (args.bias_gradient != nullptr) {
      SumRows(gradient, sizes_.batch, sizes_.out,
              static_cast<float*>(args.bias_gradient));
    }
    if (args.weight_gradient != nullptr) {
      products_.BackwardWeights(static_cast<const float*>(args.src), gradient,
                                static_cast<float*>(args.weight_gradient),
                                scratch);
    }
    if (args.src_gradient != nullptr) {
      products_.BackwardData(gradient, static_cast<const float*>(args.weight),
                             static_cast<float*>(args.src_gradient), scratch);
    }
    return Status();
  }

 private:
  const Sizes sizes_;
  const bool has_bias_;
  const bool relu_;
  const InnerProducts products_;
  const std::unique_ptr<ParameterLayout> weight_;
  const std::unique_ptr<ParameterLayout> bias_;
  int64_t masked_bytes_ = 0;  // of the gradient before the ReLU
};

}  // namespace

KernelResult MakeInnerProduct(const KernelRequest& request, bool has_bias) {
  const bool narrow = request.weight_dtype != WeightType::kF32;
  if (!request.training && (narrow || request.batch <= kGemvVectors)) {
    return std::unique_ptr<Kernel>(
        std::make_unique<GemvKernel>(request, has_bias));
  }
  return std::unique_ptr<Kernel>(
      std::make_unique<InnerProductKernel>(request, has_bias));
}

KernelResult MakeKernel(const FullyConnected& layer,
                        const KernelRequest& request) {
  return MakeInnerProduct(request, layer.has_bias);
}

}  // namespace alexnet::cpu
