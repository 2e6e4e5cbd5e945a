// A first convolution of few channels and stride 4 as one of stride 1.
//
// A 4x4 patch of one channel becomes 16 channels of one pixel: an 11x11 kernel
// of stride 4 over 3 channels becomes a 3x3 kernel of stride 1 over 48, with
// zeros where the 12th row and column would be. It multiplies a fifth more, but
// runs on oneDNN's fast path, which 3 channels at stride 4 do not reach.

#include <algorithm>
#include <cstring>

#include "core/backend/cpu/convolution_math.h"
#include "core/backend/cpu/dnnl_support.h"
#include "core/backend/cpu/elementwise.h"
#include "core/backend/cpu/kernels.h"
#include "core/backend/cpu/parameter_layouts.h"
#include "core/base/checked_math.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

constexpr int64_t kPatch = 4;
constexpr int64_t kPatchArea = kPatch * kPatch;
constexpr int64_t kMostChannels = 4;

struct Geometry {
  Convolution convolution;  // of stride 1 over patches
  LayerShapes shapes;
};

Geometry GeometryOf(const Convolution& convolution, const LayerShapes& shapes) {
  const Window& window = shapes.window.window;
  const int64_t kernel_h = (window.kernel_h + kPatch - 1) / kPatch;
  const int64_t kernel_w = (window.kernel_w + kPatch - 1) / kPatch;
  Geometry geometry{convolution, shapes};
  geometry.convolution.window = Window{kernel_h, kernel_w, 1, 1};
  geometry.shapes.in = {1, shapes.in[1] * kPatchArea,
                        shapes.window.out_h + kernel_h - 1,
                        shapes.window.out_w + kernel_w - 1};
  geometry.shapes.window.window = geometry.convolution.window;
  return geometry;
}

// (O, C, kH, kW) to (O, 16 C, ceil(kH / 4), ceil(kW / 4)) and back. The channel
// of row dy and column dx of channel c's patch is 16 c + 4 dy + dx.
class WeightPatches {
 public:
  WeightPatches(const Shape& weight, const Geometry& geometry)
      : out_(weight[0]),
        channels_(weight[1]),
        kernel_h_(weight[2]),
        kernel_w_(weight[3]),
        patch_h_(geometry.convolution.window.kernel_h),
        patch_w_(geometry.convolution.window.kernel_w) {}

  int64_t elements() const {
    return out_ * channels_ * kPatchArea * patch_h_ * patch_w_;
  }

  void ToPatches(const float* weight, float* patches) const {
    std::fill_n(patches, elements(), 0.0f);
    ForEach(
        [&](int64_t plain, int64_t patch) { patches[patch] = weight[plain]; });
  }

  void FromPatches(const float* patches, float* weight) const {
    ForEach(
        [&](int64_t plain, int64_t patch) { weight[plain] = patches[patch]; });
  }

 private:
  template <typename Fn>
  void ForEach(const Fn& fn) const {
    int64_t plain = 0;
    for (int64_t o = 0; o < out_; ++o) {
      for (int64_t c = 0; c < channels_; ++c) {
        for (int64_t y = 0; y < kernel_h_; ++y) {
          for (int64_t x = 0; x < kernel_w_; ++x, ++plain) {
            const int64_t channel = (o * channels_ + c) * kPatchArea +
                                    y % kPatch * kPatch + x % kPatch;
            fn(plain,
               (channel * patch_h_ + y / kPatch) * patch_w_ + x / kPatch);
          }
        }
      }
    }
  }

  const int64_t out_;
  const int64_t channels_;
  const int64_t kernel_h_;
  const int64_t kernel_w_;
  const int64_t patch_h_;
  const int64_t patch_w_;
};

// In inference: packed once into oneDNN's layout of the patches.
class PatchLayout : public ParameterLayout {
 public:
  PatchLayout(const Shape& weight, const WeightPatches& patches,
              const ConvolutionMath& math)
      : weight_(weight),
        patches_(patches),
        dense_(math.dense_weight()),
        packed_(math.weight()) {}

  int64_t bytes() const override {
    return static_cast<int64_t>(packed_.get_size());
  }
  int64_t elements() const override { return bytes() / 4; }
  std::string key() const override {
    return "patches " + weight_.ToString() + " " + DescribeLayout(packed_);
  }
  bool dense() const override { return false; }

  Status Pack(const TensorView& tensor, void* packed) const override {
    return Guarded("packing weights", [&]() -> Status {
      ALEXNET_ASSIGN_OR_RETURN(Tensor plain, Tensor::Create(weight_));
      WidenToFloat(tensor.dtype, tensor.data, weight_.elements(), plain.f32());
      ALEXNET_ASSIGN_OR_RETURN(Tensor patches,
                               Tensor::Create({patches_.elements()}));
      patches_.ToPatches(plain.f32(), patches.f32());
      return Reorder(dense_, patches.f32(), packed_, packed);
    });
  }

  Status Unpack(const void* packed, float* dense) const override {
    return Guarded("unpacking weights", [&]() -> Status {
      ALEXNET_ASSIGN_OR_RETURN(Tensor patches,
                               Tensor::Create({patches_.elements()}));
      ALEXNET_RETURN_IF_ERROR(Reorder(packed_, packed, dense_, patches.f32()));
      patches_.FromPatches(patches.f32(), dense);
      return Status();
    });
  }

 private:
  const Shape weight_;
  const WeightPatches& patches_;
  const Descriptor dense_;
  const Descriptor packed_;
};

class SpaceToDepthKernel : public CpuKernel {
 public:
  explicit SpaceToDepthKernel(const KernelRequest& request)
      : training_(request.training),
        relu_(request.fused.has_value()),
        has_bias_(As<Convolution>(*request.layer)->has_bias),
        window_(request.shapes->window.window),
        weight_shape_{As<Convolution>(*request.layer)->out_channels,
                      request.src.shape[1], window_.kernel_h, window_.kernel_w},
        geometry_(
            GeometryOf(*As<Convolution>(*request.layer), *request.shapes)),
        weights_(weight_shape_, geometry_),
        math_(geometry_.convolution, geometry_.shapes, request.batch,
              AnyDescriptor(WithBatch(geometry_.shapes.in, request.batch)),
              request.training, false) {
    name_ = request.layer->name + " space-to-depth " + math_.implementation();
    src_ = Format::Dense(request.src.shape);
    dst_ = FormatOf(math_.dst(), WithBatch(request.shapes->out, request.batch));
    patches_ =
        FormatOf(math_.src(), WithBatch(geometry_.shapes.in, request.batch));
    if (training_) {
      weight_ = MakeDenseLayout(weight_shape_);
    } else {
      weight_ = std::make_unique<PatchLayout>(weight_shape_, weights_, math_);
    }
    bias_ = MakeDenseLayout({weight_shape_[0]});
    patch_bytes_ = RoundUp<int64_t>(patches_.bytes, 64);
    plain_bytes_ = RoundUp<int64_t>(weights_.elements() * 4, 64);
    packed_bytes_ =
        RoundUp<int64_t>(static_cast<int64_t>(math_.weight().get_size()), 64);
    const int64_t masked =
        training_ && relu_ ? RoundUp<int64_t>(dst_.bytes, 64) : 0;
    masked_bytes_ = masked;
    memory_.scratch_bytes =
        patch_bytes_ + math_.scratch_bytes() +
        (training_ ? plain_bytes_ + packed_bytes_ + masked : 0);
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
      FillPatches(static_cast<const float*>(args.src), patches);
      const void* weight = args.weight;
      if (training_) {
        auto* plain = reinterpret_cast<float*>(scratch);
        scratch += plain_bytes_;
        weights_.ToPatches(static_cast<const float*>(args.weight), plain);
        ALEXNET_RETURN_IF_ERROR(
            Reorder(math_.dense_weight(), plain, math_.weight(), scratch));
        weight = scratch;
        scratch += packed_bytes_;
      }
      math_.Forward(patches, weight, args.bias, args.dst, scratch);
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
      FillPatches(static_cast<const float*>(args.src), patches);
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
  // Rows of (C, H, W) pictures to blocked patches; what lies outside is zero.
  void FillPatches(const float* src, float* patches) const {
    const int64_t batch = src_.shape[0];
    const int64_t channels = src_.shape[1];
    const int64_t rows = patches_.shape[2];
    const int64_t block = ChannelBlock(patches_);
    const int64_t columns = patches_.shape[3];
    const int64_t blocks = channels * kPatchArea / block;
    ParallelFor(batch * rows, 4, [&](int64_t begin, int64_t end) {
      for (int64_t task = begin; task < end; ++task) {
        const int64_t n = task / rows;
        const int64_t row = task % rows;
        for (int64_t c = 0; c < channels; ++c) {
          for (int64_t dy = 0; dy < kPatch; ++dy) {
            const int64_t channel = c * kPatchArea + dy * kPatch;
            float* out =
                patches +
                (((n * blocks + channel / block) * rows + row) * columns) *
                    block +
                channel % block;
            FillRow(src, n, c, row * kPatch + dy - window_.pad_top, columns,
                    block, out);
          }
        }
      }
    });
  }

  // Four columns of input row `y` to each pixel of a row of patches.
  void FillRow(const float* src, int64_t n, int64_t c, int64_t y,
               int64_t columns, int64_t block, float* out) const {
    const int64_t height = src_.shape[2];
    const int64_t width = src_.shape[3];
    if (y < 0 || y >= height) {
      for (int64_t p = 0; p < columns; ++p) {
        std::memset(out + p * block, 0, kPatch * sizeof(float));
      }
      return;
    }
    const float* in = src + ((n * src_.shape[1] + c) * height + y) * width;
    for (int64_t p = 0; p < columns; ++p) {
      const int64_t x = p * kPatch - window_.pad_left;
      float* pixel = out + p * block;
      if (x >= 0 && x + kPatch <= width) {
        std::memcpy(pixel, in + x, kPatch * sizeof(float));
        continue;
      }
      for (int64_t dx = 0; dx < kPatch; ++dx) {
        pixel[dx] = x + dx >= 0 && x + dx < width ? in[x + dx] : 0.0f;
      }
    }
  }

  const bool training_;
  const bool relu_;
  const bool has_bias_;
  const Window window_;
  const Shape weight_shape_;
  const Geometry geometry_;
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
  std::unique_ptr<SpaceToDepthKernel> kernel;
  ALEXNET_RETURN_IF_ERROR(Guarded(request.layer->name, [&] {
    kernel = std::make_unique<SpaceToDepthKernel>(request);
    return Status();
  }));
  if (!kernel->usable()) return MakeConvolution(request);
  return std::unique_ptr<Kernel>(std::move(kernel));
}

}  // namespace alexnet::cpu
