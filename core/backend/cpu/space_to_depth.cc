// A first convolution of few channels and stride 4 over patches, as one of
// stride 1.
//
// An 11x11 kernel of stride 4 over 3 channels becomes a 3x3 kernel of stride 1
// over 48, with zeros where the 12th row and column would be. It multiplies a
// fifth more, but runs on oneDNN's fast path, which 3 channels at stride 4 do
// not reach, and in inference may run by Winograd's algorithm.

#include <utility>

#include "core/backend/cpu/convolution_math.h"
#include "core/backend/cpu/dnnl_support.h"
#include "core/backend/cpu/elementwise.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/parameter_layouts.h"
#include "core/backend/cpu/patches.h"
#include "core/base/checked_math.h"

namespace alexnet::cpu {
namespace {

constexpr int64_t kMostChannels = 4;

Shape WeightShape(const KernelRequest& request) {
  const Convolution& convolution = *As<Convolution>(*request.layer);
  return {convolution.out_channels, request.src.shape[1],
          convolution.window.kernel_h, convolution.window.kernel_w};
}

// Packs as the kernel over patches wants it.
class PatchLayout : public ParameterLayout {
 public:
  PatchLayout(const Shape& weight, const WeightPatches& patches,
              const ParameterLayout& inner)
      : weight_(weight), patches_(patches), inner_(inner) {}

  int64_t bytes() const override { return inner_.bytes(); }
  int64_t elements() const override { return inner_.elements(); }
  std::string key() const override {
    return "patches " + weight_.ToString() + " " + inner_.key();
  }
  bool dense() const override { return false; }

  Status Pack(const TensorView& tensor, void* packed) const override {
    ALEXNET_ASSIGN_OR_RETURN(Tensor plain, Tensor::Create(weight_));
    WidenToFloat(tensor.dtype, tensor.data, weight_.elements(), plain.f32());
    ALEXNET_ASSIGN_OR_RETURN(Tensor patches, Tensor::Create(patches_.shape()));
    patches_.ToPatches(plain.f32(), patches.f32());
    return inner_.Pack({patches.f32(), DType::kF32, patches_.shape()}, packed);
  }

  Status Unpack(const void* packed, float* dense) const override {
    ALEXNET_ASSIGN_OR_RETURN(Tensor patches, Tensor::Create(patches_.shape()));
    ALEXNET_RETURN_IF_ERROR(inner_.Unpack(packed, patches.f32()));
    patches_.FromPatches(patches.f32(), dense);
    return Status();
  }

 private:
  const Shape weight_;
  const WeightPatches& patches_;
  const ParameterLayout& inner_;
};

// In inference: patches, and then whichever kernel is best for those.
class PatchedKernel : public CpuKernel {
 public:
  explicit PatchedKernel(const KernelRequest& request)
      : window_(request.shapes->window.window),
        geometry_(*As<Convolution>(*request.layer), *request.shapes),
        weights_(WeightShape(request), geometry_) {
    src_ = Format::Dense(request.src.shape);
  }

  // False: there is no such kernel whose blobs hold a patch's rows together.
  Result<bool> Init(const KernelRequest& request) {
    Layer layer = *request.layer;
    layer.name += " space-to-depth";
    layer.spec = geometry_.convolution;
    KernelRequest over_patches = request;
    over_patches.layer = &layer;
    over_patches.shapes = &geometry_.shapes;
    over_patches.src =
        Format::Dense(WithBatch(geometry_.shapes.in, request.batch));
    ALEXNET_ASSIGN_OR_RETURN(inner_, SuitsWinograd(over_patches)
                                         ? MakeWinogradConvolution(over_patches)
                                         : MakeConvolution(over_patches));
    name_ = inner_->Name();
    dst_ = inner_->dst_format();
    weight_ = std::make_unique<PatchLayout>(WeightShape(request), weights_,
                                            *inner_->weight_layout());
    patch_bytes_ = RoundUp<int64_t>(inner_->src_format().bytes, 64);
    memory_.scratch_bytes = patch_bytes_ + inner_->memory().scratch_bytes;
    return ChannelBlock(inner_->src_format()) > 1;
  }

  const ParameterLayout* weight_layout() const override {
    return weight_.get();
  }
  const ParameterLayout* bias_layout() const override {
    return inner_->bias_layout();
  }

  Status Forward(const ForwardArgs& args) override {
    FillPatches(window_, src_.shape, inner_->src_format(),
                static_cast<const float*>(args.src),
                static_cast<float*>(args.scratch));
    ForwardArgs over_patches = args;
    over_patches.src = args.scratch;
    over_patches.scratch = static_cast<std::byte*>(args.scratch) + patch_bytes_;
    return inner_->Forward(over_patches);
  }

 private:
  const Window window_;
  const PatchGeometry geometry_;
  const WeightPatches weights_;
  std::unique_ptr<Kernel> inner_;
  std::unique_ptr<ParameterLayout> weight_;
  int64_t patch_bytes_ = 0;
};

// In training: weights stay as they are and are packed anew for each step.
class SpaceToDepthKernel : public CpuKernel {
 public:
  explicit SpaceToDepthKernel(const KernelRequest& request)
      : relu_(request.fused.has_value()),
        has_bias_(As<Convolution>(*request.layer)->has_bias),
        window_(request.shapes->window.window),
        geometry_(*As<Convolution>(*request.layer), *request.shapes),
        weights_(WeightShape(request), geometry_),
        math_(geometry_.convolution, geometry_.shapes, request.batch,
              AnyDescriptor(WithBatch(geometry_.shapes.in, request.batch)),
              /*training=*/true, /*src_gradient=*/false) {
    name_ = request.layer->name + " space-to-depth " + math_.implementation();
    src_ = Format::Dense(request.src.shape);
    dst_ = FormatOf(math_.dst(), WithBatch(request.shapes->out, request.batch));
    patches_ =
        FormatOf(math_.src(), WithBatch(geometry_.shapes.in, request.batch));
    weight_ = MakeDenseLayout(WeightShape(request));
    bias_ = MakeDenseLayout({WeightShape(request)[0]});
    patch_bytes_ = RoundUp<int64_t>(patches_.bytes, 64);
    plain_bytes_ = RoundUp<int64_t>(weights_.elements() * 4, 64);
    packed_bytes_ =
        RoundUp<int64_t>(static_cast<int64_t>(math_.weight().get_size()), 64);
    masked_bytes_ = relu_ ? RoundUp<int64_t>(dst_.bytes, 64) : 0;
    memory_.scratch_bytes = patch_bytes_ + math_.scratch_bytes() +
                            plain_bytes_ + packed_bytes_ + masked_bytes_;
    memory_.backward_reads_src = true;
    memory_.backward_reads_dst = relu_;
  }

  bool usable() const { return ChannelBlock(patches_) > 1; }

  const ParameterLayout* weight_layout() const override {
    return weight_.get();
  }
  const ParameterLayout* bias_layout() const override {
    return has_bias_ ? bias_.get() : nullptr;
  }

  Status Forward(const ForwardArgs& args) override {
    return Guarded(name_, [&]() -> Status {
      auto* scratch = static_cast<std::byte*>(args.scratch);
      auto* patches = reinterpret_cast<float*>(scratch);
      scratch += patch_bytes_;
      Fill(args.src, patches);
      auto* plain = reinterpret_cast<float*>(scratch);
      scratch += plain_bytes_;
      weights_.ToPatches(static_cast<const float*>(args.weight), plain);
      const std::byte* packed = scratch;
      ALEXNET_RETURN_IF_ERROR(
          Reorder(math_.dense_weight(), plain, math_.weight(), scratch));
      scratch += packed_bytes_;
      math_.Forward(patches, packed, args.bias, args.dst, scratch);
      if (relu_) Rectify(dst_.bytes / 4, args.dst);
      return Status();
    });
  }

  Status Backward(const BackwardArgs& args) override {
    return Guarded(name_, [&]() -> Status {
      auto* scratch = static_cast<std::byte*>(args.scratch);
      auto* patches = reinterpret_cast<float*>(scratch);
      scratch += patch_bytes_;
      auto* plain = reinterpret_cast<float*>(scratch);
      scratch += plain_bytes_;
      std::byte* packed = scratch;
      scratch += packed_bytes_;
      const void* gradient = args.dst_gradient;
      if (relu_) {
        ReluBackward(static_cast<const float*>(args.dst),
                     static_cast<const float*>(args.dst_gradient),
                     dst_.bytes / 4, reinterpret_cast<float*>(scratch));
        gradient = scratch;
        scratch += masked_bytes_;
      }
      Fill(args.src, patches);
      ALEXNET_RETURN_IF_ERROR(math_.BackwardWeights(
          patches, gradient, args.weight_gradient != nullptr ? packed : nullptr,
          args.bias_gradient, scratch));
      if (args.weight_gradient != nullptr) {
        ALEXNET_RETURN_IF_ERROR(
            Reorder(math_.weight(), packed, math_.dense_weight(), plain));
        weights_.FromPatches(plain, static_cast<float*>(args.weight_gradient));
      }
      return Status();
    });
  }

 private:
  void Fill(const void* src, float* patches) const {
    FillPatches(window_, src_.shape, patches_, static_cast<const float*>(src),
                patches);
  }

  const bool relu_;
  const bool has_bias_;
  const Window window_;
  const PatchGeometry geometry_;
  const WeightPatches weights_;
  ConvolutionMath math_;
  Format patches_;
  std::unique_ptr<ParameterLayout> weight_;
  std::unique_ptr<ParameterLayout> bias_;
  int64_t patch_bytes_ = 0;
  int64_t plain_bytes_ = 0;
  int64_t packed_bytes_ = 0;
  int64_t masked_bytes_ = 0;
};

}  // namespace

bool SuitsSpaceToDepth(const KernelRequest& request) {
  const auto& convolution = *As<Convolution>(*request.layer);
  const Window& window = convolution.window;
  return request.src.dense() && !request.src_gradient &&
         convolution.groups == 1 && request.src.shape[1] <= kMostChannels &&
         window.stride_h == kPatch && window.stride_w == kPatch &&
         window.kernel_h > kPatch && window.kernel_w > kPatch;
}

KernelResult MakeSpaceToDepthConvolution(const KernelRequest& request) {
  std::unique_ptr<Kernel> kernel;
  bool usable = false;
  ALEXNET_RETURN_IF_ERROR(Guarded(request.layer->name, [&]() -> Status {
    if (request.training) {
      auto made = std::make_unique<SpaceToDepthKernel>(request);
      usable = made->usable();
      kernel = std::move(made);
    } else {
      auto made = std::make_unique<PatchedKernel>(request);
      ALEXNET_ASSIGN_OR_RETURN(usable, made->Init(request));
      kernel = std::move(made);
    }
    return Status();
  }));
  return usable ? KernelResult(std::move(kernel)) : MakeConvolution(request);
}

}  // namespace alexnet::cpu
