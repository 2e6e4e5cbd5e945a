#include "core/backend/cpu/lowered_operands.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "core/backend/cpu/channel_layout.h"
#include "core/backend/cpu/planes.h"
#include "core/tensor/tensor.h"

namespace alexnet::cpu {
namespace {

Shape WeightShape(const ConvolutionGeometry& geometry) {
  return {geometry.groups * geometry.filters, geometry.channels,
          geometry.window.kernel_h, geometry.window.kernel_w};
}

// Calls fn(a weight's place in a tensor, in the panels) for each.
template <typename Fn>
void ForEachWeight(const ConvolutionGeometry& g, const Fn& fn) {
  int64_t dense = 0;
  for (int64_t f = 0; f < g.groups * g.filters; ++f) {
    const int64_t own = f % g.filters;
    const int64_t start =
        (f / g.filters * g.panels() + own / g.panel()) * g.panel_size() +
        own % g.panel();
    for (int64_t c = 0; c < g.channels; ++c) {
      for (int64_t y = 0; y < g.window.kernel_h; ++y) {
        for (int64_t x = 0; x < g.window.kernel_w; ++x, ++dense) {
          fn(dense, start + g.tap(c, y, x) * g.panel());
        }
      }
    }
  }
}

void PackPanels(const ConvolutionGeometry& geometry, const float* weight,
                float* panels) {
  std::fill_n(panels, geometry.weight_size(), 0.0f);
  ForEachWeight(geometry, [&](int64_t dense, int64_t packed) {
    panels[packed] = weight[dense];
  });
}

class PanelLayout : public ParameterLayout {
 public:
  explicit PanelLayout(const ConvolutionGeometry& geometry)
      : geometry_(geometry) {}

  int64_t bytes() const override { return elements() * 4; }
  int64_t elements() const override { return geometry_.weight_size(); }
  std::string key() const override {
    return fmt::format("panels of {} of {} in {} groups, blocks of {}",
                       geometry_.panel(), WeightShape(geometry_).ToString(),
                       geometry_.groups, geometry_.src_block);
  }
  bool dense() const override { return false; }

  Status Pack(const TensorView& tensor, void* packed) const override {
    if (tensor.dtype == DType::kF32) {
      PackPanels(geometry_, static_cast<const float*>(tensor.data),
                 static_cast<float*>(packed));
      return Status();
    }
    const Shape shape = WeightShape(geometry_);
    ALEXNET_ASSIGN_OR_RETURN(Tensor plain, Tensor::Create(shape));
    WidenToFloat(tensor.dtype, tensor.data, shape.elements(), plain.f32());
    PackPanels(geometry_, plain.f32(), static_cast<float*>(packed));
    return Status();
  }

  Status Unpack(const void* packed, float* dense) const override {
    const auto* panels = static_cast<const float*>(packed);
    ForEachWeight(geometry_, [&](int64_t plain, int64_t at) {
      dense[plain] = panels[at];
    });
    return Status();
  }

 private:
  const ConvolutionGeometry geometry_;
};

}  // namespace

Format LoweredSource(const Format& offered, int64_t groups) {
  const int64_t block = ChannelBlock(offered);
  const bool walks =
      block % VectorBlock() == 0 && offered.shape[1] / groups % block == 0;
  return walks ? offered : Format::Dense(offered.shape);
}

Format LoweredOutput(const Shape& shape, int64_t groups) {
  return BlockedFormat(
      shape, shape[1] / groups % VectorBlock() == 0 ? VectorBlock() : 1);
}

ConvolutionGeometry GeometryOf(const Convolution& convolution,
                               const ResolvedWindow& window, const Format& src,
                               const Format& dst) {
  ConvolutionGeometry geometry;
  geometry.window = window.window;
  geometry.groups = convolution.groups;
  geometry.channels = src.shape[1] / convolution.groups;
  geometry.filters = convolution.out_channels / convolution.groups;
  geometry.height = src.shape[2];
  geometry.width = src.shape[3];
  geometry.out_height = window.out_h;
  geometry.out_width = window.out_w;
  geometry.src_block = ChannelBlock(src);
  geometry.dst_block = ChannelBlock(dst);
  return geometry;
}

std::unique_ptr<ParameterLayout> MakePanelLayout(
    const ConvolutionGeometry& geometry) {
  return std::make_unique<PanelLayout>(geometry);
}

}  // namespace alexnet::cpu
