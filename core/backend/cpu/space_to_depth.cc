// A first convolution of few channels and stride 4 in inference, as one of
// stride 1 over patches.
//
// An 11x11 kernel of stride 4 over 3 channels becomes a 3x3 kernel of stride 1
// over 48, with zeros where the 12th row and column would be. It multiplies a
// fifth more, and runs by Winograd's algorithm, or is not chosen.

#include <memory>
#include <string>
#include <utility>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/cpu_kernel.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/patches.h"
#include "core/backend/cpu/planes.h"
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
    return inner_.Unpack(packed, dense);
  }

 private:
  const Shape weight_;
  const WeightPatches& patches_;
  const ParameterLayout& inner_;
};

// What is asked of the convolution over patches. Not copyable: `request` points
// to what is beside it.
struct PatchedRequest {
  explicit PatchedRequest(const KernelRequest& plain)
      : geometry(*As<Convolution>(*plain.layer), *plain.shapes),
        layer(*plain.layer),
        request(plain) {
    layer.name += " space-to-depth";
    layer.spec = geometry.convolution;
    request.layer = &layer;
    request.shapes = &geometry.shapes;
    request.src = BlockedFormat(WithBatch(geometry.shapes.in, plain.batch),
                                VectorBlock());
  }
  PatchedRequest(const PatchedRequest&) = delete;
  PatchedRequest& operator=(const PatchedRequest&) = delete;

  const PatchGeometry geometry;
  Layer layer;
  KernelRequest request;
};

class PatchedKernel : public CpuKernel {
 public:
  PatchedKernel(const KernelRequest& request, const PatchGeometry& geometry,
                std::unique_ptr<Kernel> inner)
      : window_(request.shapes->window.window),
        weights_(WeightShape(request), geometry),
        inner_(std::move(inner)),
        weight_(WeightShape(request), weights_, *inner_->weight_layout()),
        patch_bytes_(RoundUp<int64_t>(inner_->src_format().bytes, 64)) {
    name_ = inner_->Name();
    src_ = Format::Dense(request.src.shape);
    dst_ = inner_->dst_format();
    memory_.scratch_bytes = patch_bytes_ + inner_->memory().scratch_bytes;
  }

  const ParameterLayout* weight_layout() const override { return &weight_; }
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
  const WeightPatches weights_;
  const std::unique_ptr<Kernel> inner_;
  const PatchLayout weight_;
  const int64_t patch_bytes_;
};

}  // namespace

bool SuitsSpaceToDepth(const KernelRequest& request) {
  const auto& convolution = *As<Convolution>(*request.layer);
  const Window& window = convolution.window;
  return !request.training && request.src.dense() && convolution.groups == 1 &&
         request.src.shape[1] <= kMostChannels && window.stride_h == kPatch &&
         window.stride_w == kPatch &&
         SuitsWinograd(PatchedRequest(request).request);
}

KernelResult MakeSpaceToDepthConvolution(const KernelRequest& request) {
  const PatchedRequest patched(request);
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Kernel> inner,
                           MakeWinogradConvolution(patched.request));
  return std::unique_ptr<Kernel>(std::make_unique<PatchedKernel>(
      request, patched.geometry, std::move(inner)));
}

}  // namespace alexnet::cpu
