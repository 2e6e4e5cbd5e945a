#include "core/network/shape_inference.h"

#include <fmt/core.h>

#include <algorithm>

namespace alexnet {
namespace {

// Output extent of a window along one axis, and the end pad that reaches as far
// as its last position.
struct Axis {
  int64_t out = 0;
  int64_t pad_end = 0;
};

struct AxisWindow {
  const char* name;  // of the axis
  int64_t kernel;
  int64_t stride;
  int64_t pad_begin;
  int64_t pad_end;
};

Result<Axis> ResolveAxis(const AxisWindow& window, Rounding rounding,
                         bool pooling, int64_t in) {
  const int64_t slack = in + window.pad_begin + window.pad_end - window.kernel;
  // 1 + floor or ceil(slack / stride). C++ rounds towards zero, so that a
  // negative slack is told apart first: ceil still finds one window where
  // less than a stride is missing.
  const bool none =
      rounding == Rounding::kFloor ? slack < 0 : slack <= -window.stride;
  if (none) {
    return InvalidArgumentError(fmt::format(
        "a window of {} over a {} of {} with pads {} and {}; a "
        "larger input or a smaller kernel is needed",
        window.kernel, window.name, in, window.pad_begin, window.pad_end));
  }
  Axis axis{slack / window.stride + 1, window.pad_end};
  if (rounding == Rounding::kFloor) return axis;
  if (slack > 0 && slack % window.stride != 0) ++axis.out;
  // Caffe and PyTorch drop a pooling window that would see only padding;
  // without padding no window can start there.
  if (pooling && (axis.out - 1) * window.stride >= in + window.pad_begin) {
    --axis.out;
  }
  const int64_t reach = (axis.out - 1) * window.stride + window.kernel;
  axis.pad_end = std::max(window.pad_end, reach - in - window.pad_begin);
  return axis;
}

Result<ResolvedWindow> ResolveWindow(const Window& window, const Shape& in,
                                     bool pooling) {
  ALEXNET_ASSIGN_OR_RETURN(
      const Axis rows, ResolveAxis({"height", window.kernel_h, window.stride_h,
                                    window.pad_top, window.pad_bottom},
                                   window.rounding, pooling, in[2]));
  ALEXNET_ASSIGN_OR_RETURN(
      const Axis columns,
      ResolveAxis({"width", window.kernel_w, window.stride_w, window.pad_left,
                   window.pad_right},
                  window.rounding, pooling, in[3]));
  ResolvedWindow resolved{window, rows.out, columns.out};
  resolved.window.rounding = Rounding::kFloor;
  resolved.window.pad_bottom = rows.pad_end;
  resolved.window.pad_right = columns.pad_end;
  return resolved;
}

Status NeedMaps(const Shape& in) {
  if (in.rank() == 4) return Status();
  return InvalidArgumentError(
      "needs feature maps, but follows a fully connected layer");
}

Status NeedDividing(int64_t groups, int64_t channels, const char* what) {
  if (channels % groups == 0) return Status();
  return InvalidArgumentError(
      fmt::format("{} groups do not divide {} {}", groups, channels, what));
}

Result<Shape> CheckedShape(std::initializer_list<int64_t> extents) {
  return Shape::Create({extents.begin(), extents.size()});
}

// Fills in `shapes`, whose `out` starts as the input.
class ShapeInference {
 public:
  explicit ShapeInference(LayerShapes* shapes) : shapes_(*shapes) {}

  Status operator()(const Convolution& convolution) const {
    ALEXNET_RETURN_IF_ERROR(NeedMaps(shapes_.in));
    ALEXNET_RETURN_IF_ERROR(
        NeedDividing(convolution.groups, shapes_.in[1], "input channels"));
    ALEXNET_RETURN_IF_ERROR(NeedDividing(
        convolution.groups, convolution.out_channels, "output channels"));
    return Slide(convolution.window, false, convolution.out_channels);
  }

  Status operator()(const Pooling& pooling) const {
    ALEXNET_RETURN_IF_ERROR(NeedMaps(shapes_.in));
    return Slide(pooling.window, true, shapes_.in[1]);
  }

  Status operator()(const Lrn& lrn) const {
    ALEXNET_RETURN_IF_ERROR(NeedMaps(shapes_.in));
    return NeedDividing(lrn.groups, shapes_.in[1], "channels");
  }

  Status operator()(const Activation&) const { return Status(); }
  Status operator()(const Dropout&) const { return Status(); }

  Status operator()(const AdaptiveAveragePooling& pooling) const {
    ALEXNET_RETURN_IF_ERROR(NeedMaps(shapes_.in));
    return SetOut({1, shapes_.in[1], pooling.out_h, pooling.out_w});
  }

  Status operator()(const FullyConnected& full) const {
    return SetOut({1, full.out_features});
  }

  Status operator()(const LocallyConnected& local) const {
    ALEXNET_RETURN_IF_ERROR(NeedMaps(shapes_.in));
    return Slide(local.window, false, local.out_channels);
  }

  Status operator()(const Softmax&) const {
    const Shape& in = shapes_.in;
    if (in.rank() == 4 && (in[2] != 1 || in[3] != 1)) {
      return InvalidArgumentError(fmt::format(
          "a softmax over maps of {}x{}; they must be 1x1", in[2], in[3]));
    }
    return Status();
  }

 private:
  Status Slide(const Window& window, bool pooling, int64_t channels) const {
    ALEXNET_ASSIGN_OR_RETURN(shapes_.window,
                             ResolveWindow(window, shapes_.in, pooling));
    return SetOut({1, channels, shapes_.window.out_h, shapes_.window.out_w});
  }

  Status SetOut(std::initializer_list<int64_t> extents) const {
    ALEXNET_ASSIGN_OR_RETURN(shapes_.out, CheckedShape(extents));
    return Status();
  }

  LayerShapes& shapes_;
};

}  // namespace

Result<LayerShapes> InferShapes(const Layer& layer, const Shape& in) {
  LayerShapes shapes{in, in, {}, 0};
  ALEXNET_RETURN_IF_ERROR(std::visit(ShapeInference(&shapes), layer.spec));
  return shapes;
}

}  // namespace alexnet
