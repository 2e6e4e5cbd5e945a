// A first convolution of few channels and stride 4 over patches, as one of
// stride 1.
//
// An 11x11 kernel of stride 4 over 3 channels becomes a 3x3 kernel of stride 1
// over 48, with zeros where the 12th row and column would be. It multiplies a
// fifth more, but copies whole vectors, which 3 channels at stride 4 do not
// have, and in inference may run by Winograd's algorithm.

#include <utility>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/lowered/convolution.h"
#include "core/backend/cpu/lowered_operands.h"
#include "core/backend/cpu/parameter_layouts.h"
#include "core/backend/cpu/patches.h"
#include "core/base/checked_math.h"
#include "core/base/parallel.h"

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

// Blobs of patches, for `batch` samples.
Format PatchFormat(const PatchGeometry& geometry, int64_t batch) {
  return BlockedFormat(WithBatch(geometry.shapes.in, batch), VectorBlock());
}

// In inference: patches, and then whichever kernel is best for those.
class PatchedKernel : public CpuKernel {
 public:
  explicit PatchedKernel(const KernelRequest& request)
      : window_(request.shapes->window.window),
        geometry_(*As<Convolution>(*request.layer), *request.shapes),
        weights_(WeightShape(request), geometry_) {
    src_ = Format::Dense(request.src.shape);
  }

  Status Init(const KernelRequest& request) {
    Layer layer = *request.layer;
    layer.name += " space-to-depth";
    layer.spec = geometry_.convolution;
    KernelRequest over_patches = request;
    over_patches.layer = &layer;
    over_patches.shapes = &geometry_.shapes;
    over_patches.src = PatchFormat(geometry_, request.batch);
    ALEXNET_ASSIGN_OR_RETURN(inner_, SuitsWinograd(over_patches)
                                         ? MakeWinogradConvolution(over_patches)
                                         : MakeConvolution(over_patches));
    name_ = inner_->Name();
    dst_ = inner_->dst_format();
    weight_ = std::make_unique<PatchLayout>(WeightShape(request), weights_,
                                            *inner_->weight_layout());
    patch_bytes_ = RoundUp<int64_t>(inner_->src_format().bytes, 64);
    memory_.scratch_bytes = patch_bytes_ + inner_->memory().scratch_bytes;
    return Status();
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
        patches_(PatchFormat(geometry_, request.batch)),
        output_(
            LoweredOutput(WithBatch(request.shapes->out, request.batch), 1)),
        convolution_(GeometryOf(geometry_.convolution, geometry_.shapes.window,
                                patches_, output_),
                     request.batch, TeamSize(), /*training=*/true,
                     /*src_gradient=*/false),
        weight_(MakeDenseLayout(WeightShape(request))),
        bias_(MakeDenseLayout({output_.shape[1]})) {
    name_ = request.layer->name + " space-to-depth lowered";
    src_ = Format::Dense(request.src.shape);
    dst_ = output_;
    patch_size_ = RoundUp<int64_t>(patches_.bytes / 4, 16);
    plain_size_ = RoundUp<int64_t>(weights_.elements(), 16);
    panel_size_ = RoundUp<int64_t>(convolution_.geometry().weight_size(), 16);
    memory_.scratch_bytes = 4 * (patch_size_ + plain_size_ + panel_size_ +
                                 convolution_.scratch_size());
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
    const Scratch scratch = Part(args.scratch);
    Fill(args.src, scratch.patches);
    weights_.ToPatches(static_cast<const float*>(args.weight), scratch.plain);
    PackPanels(convolution_.geometry(), scratch.plain, scratch.panels);
    convolution_.Forward(scratch.patches, scratch.panels,
                         static_cast<const float*>(args.bias), relu_,
                         static_cast<float*>(args.dst), scratch.rest);
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    const Scratch scratch = Part(args.scratch);
    Fill(args.src, scratch.patches);
    convolution_.BackwardWeights(
        scratch.patches, relu_ ? static_cast<const float*>(args.dst) : nullptr,
        static_cast<const float*>(args.dst_gradient),
        args.weight_gradient != nullptr ? scratch.panels : nullptr,
        static_cast<float*>(args.bias_gradient), scratch.rest);
    if (args.weight_gradient != nullptr) {
      UnpackPanels(convolution_.geometry(), scratch.panels, scratch.plain);
      weights_.FromPatches(scratch.plain,
                           static_cast<float*>(args.weight_gradient));
    }
    return Status();
  }

 private:
  struct Scratch {
    float* patches;
    float* plain;   // weights over patches
    float* panels;  // the same in panels
    float* rest;
  };
  Scratch Part(void* scratch) const {
    auto* patches = static_cast<float*>(scratch);
    float* plain = patches + patch_size_;
    float* panels = plain + plain_size_;
    return {patches, plain, panels, panels + panel_size_};
  }

  void Fill(const void* src, float* patches) const {
    FillPatches(window_, src_.shape, patches_, static_cast<const float*>(src),
                patches);
  }

  const bool relu_;
  const bool has_bias_;
  const Window window_;
  const PatchGeometry geometry_;
  const WeightPatches weights_;
  const Format patches_;
  const Format output_;
  const LoweredConvolution convolution_;
  std::unique_ptr<ParameterLayout> weight_;
  std::unique_ptr<ParameterLayout> bias_;
  int64_t patch_size_ = 0;  // in floats
  int64_t plain_size_ = 0;
  int64_t panel_size_ = 0;
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
  if (request.training) {
    return std::unique_ptr<Kernel>(
        std::make_unique<SpaceToDepthKernel>(request));
  }
  auto kernel = std::make_unique<PatchedKernel>(request);
  ALEXNET_RETURN_IF_ERROR(kernel->Init(request));
  return std::unique_ptr<Kernel>(std::move(kernel));
}

}  // namespace alexnet::cpu
