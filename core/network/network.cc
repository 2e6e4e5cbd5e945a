#include "core/network/network.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "core/base/checked_math.h"
#include "core/network/layer_check.h"

namespace alexnet {
namespace {

constexpr size_t kMaxLayers = 1000;
constexpr int64_t kMaxElements = int64_t{1} << 40;

// Output extent of a window along one axis, and the end pad that reaches as far
// as its last position.
struct Axis {
  int64_t out = 0;
  int64_t pad_end = 0;
};

Result<Axis> ResolveAxis(const char* name, int64_t in, int64_t kernel,
                         int64_t stride, int64_t pad_begin, int64_t pad_end,
                         Rounding rounding, bool pooling) {
  const int64_t slack = in + pad_begin + pad_end - kernel;
  if (slack < 0 && (rounding == Rounding::kFloor || in < 1)) {
    return InvalidArgumentError(
        fmt::format("a window of {} over a {} of {} with pads {} and {}; a "
                    "larger input or a smaller kernel is needed",
                    kernel, name, in, pad_begin, pad_end));
  }
  Axis axis{slack / stride + 1, pad_end};
  if (rounding == Rounding::kFloor) return axis;
  if (slack < 0) {
    axis.out = 1;
  } else if (slack % stride != 0) {
    ++axis.out;
  }
  // Caffe and PyTorch drop a pooling window that would see only padding;
  // without padding no window can start there.
  if (pooling && (pad_begin > 0 || pad_end > 0) &&
      (axis.out - 1) * stride >= in + pad_begin) {
    --axis.out;
  }
  const int64_t reach = (axis.out - 1) * stride + kernel;
  axis.pad_end = std::max(pad_end, reach - in - pad_begin);
  return axis;
}

Result<ResolvedWindow> ResolveWindow(const Window& window, const Shape& in,
                                     bool pooling) {
  ResolvedWindow resolved{window, 0, 0};
  ALEXNET_ASSIGN_OR_RETURN(
      const Axis rows,
      ResolveAxis("height", in[2], window.kernel_h, window.stride_h,
                  window.pad_top, window.pad_bottom, window.rounding, pooling));
  ALEXNET_ASSIGN_OR_RETURN(
      const Axis columns,
      ResolveAxis("width", in[3], window.kernel_w, window.stride_w,
                  window.pad_left, window.pad_right, window.rounding, pooling));
  resolved.window.rounding = Rounding::kFloor;
  resolved.window.pad_bottom = rows.pad_end;
  resolved.window.pad_right = columns.pad_end;
  resolved.out_h = rows.out;
  resolved.out_w = columns.out;
  return resolved;
}

Result<Shape> CheckedShape(std::initializer_list<int64_t> extents) {
  return Shape::Create({extents.begin(), extents.size()});
}

// Infers one layer after another; `blob` is what the next one sees, batch 1.
class Inference {
 public:
  Inference(const Network& network, NetworkInfo* info)
      : network_(network), info_(info) {}

  Status Run() {
    ALEXNET_ASSIGN_OR_RETURN(
        blob_,
        CheckedShape({1, network_.channels, network_.height, network_.width}));
    std::set<std::string> names;
    for (size_t i = 0; i < network_.layers.size(); ++i) {
      const Layer& layer = network_.layers[i];
      if (layer.name.empty() || !names.insert(layer.name).second) {
        return InvalidArgumentError(layer.name.empty()
                                        ? "a layer without a name"
                                        : "two layers of this name")
            .WithField(fmt::format("layers[{}] '{}'", i, layer.name));
      }
      index_ = static_cast<int>(i);
      shapes_ = LayerShapes{blob_, blob_, {}, 0};
      const Status status = std::visit(
          [this](const auto& spec) -> Status {
            ALEXNET_RETURN_IF_ERROR(CheckSpec(spec));
            return Infer(spec);
          },
          layer.spec);
      if (!status.ok()) return status.WithField(layer.name);
      blob_ = shapes_.out;
      info_->layers.push_back(shapes_);
      info_->macs += shapes_.macs;
    }
    return Finish();
  }

 private:
  bool Spatial() const { return blob_.rank() == 4; }

  Status NeedSpatial() const {
    if (Spatial()) return Status();
    return InvalidArgumentError(
        "needs feature maps, but follows a fully connected layer");
  }

  Status AddParameter(const char* suffix, bool is_bias, const Shape& shape,
                      const ParameterRule& rule, int64_t fan_in,
                      int64_t fan_out) {
    info_->parameters.push_back(
        {fmt::format("{}.{}", network_.layers[static_cast<size_t>(index_)].name,
                     suffix),
         index_, is_bias, shape, rule, fan_in, fan_out});
    info_->parameter_count += shape.elements();
    if (info_->parameter_count > kMaxElements) {
      return InvalidArgumentError("more than 2^40 parameters up to here");
    }
    return Status();
  }

  // Multiply-accumulates: each output element takes `taps`.
  Status CountMacs(int64_t taps) {
    const auto macs = CheckedMul(shapes_.out.elements(), taps);
    if (!macs || *macs > std::numeric_limits<int64_t>::max() - info_->macs) {
      return InvalidArgumentError("too large: its operations overflow 2^63");
    }
    shapes_.macs = *macs;
    return Status();
  }

  Status Infer(const Convolution& conv) {
    ALEXNET_RETURN_IF_ERROR(NeedSpatial());
    const int64_t channels = blob_[1];
    if (channels % conv.groups != 0 || conv.out_channels % conv.groups != 0) {
      return InvalidArgumentError(
          fmt::format("{} groups do not divide {} input and {} output channels",
                      conv.groups, channels, conv.out_channels));
    }
    ALEXNET_ASSIGN_OR_RETURN(shapes_.window,
                             ResolveWindow(conv.window, blob_, false));
    ALEXNET_ASSIGN_OR_RETURN(
        shapes_.out, CheckedShape({1, conv.out_channels, shapes_.window.out_h,
                                   shapes_.window.out_w}));
    const Window& window = conv.window;
    ALEXNET_ASSIGN_OR_RETURN(
        const Shape weight,
        CheckedShape({conv.out_channels, channels / conv.groups,
                      window.kernel_h, window.kernel_w}));
    const int64_t taps = weight.elements() / conv.out_channels;
    const int64_t fan_out =
        conv.out_channels / conv.groups * window.kernel_h * window.kernel_w;
    ALEXNET_RETURN_IF_ERROR(CountMacs(taps));
    ALEXNET_RETURN_IF_ERROR(
        AddParameter("weight", false, weight, conv.weight, taps, fan_out));
    if (!conv.has_bias) return Status();
    return AddParameter("bias", true, {conv.out_channels}, conv.bias, taps,
                        fan_out);
  }

  Status Infer(const Pooling& pooling) {
    ALEXNET_RETURN_IF_ERROR(NeedSpatial());
    ALEXNET_ASSIGN_OR_RETURN(shapes_.window,
                             ResolveWindow(pooling.window, blob_, true));
    ALEXNET_ASSIGN_OR_RETURN(shapes_.out,
                             CheckedShape({1, blob_[1], shapes_.window.out_h,
                                           shapes_.window.out_w}));
    return Status();
  }

  Status Infer(const Lrn& lrn) {
    ALEXNET_RETURN_IF_ERROR(NeedSpatial());
    if (blob_[1] % lrn.groups != 0) {
      return InvalidArgumentError(fmt::format(
          "{} groups do not divide {} channels", lrn.groups, blob_[1]));
    }
    return Status();
  }

  Status Infer(const Activation&) { return Status(); }
  Status Infer(const Dropout&) { return Status(); }

  Status Infer(const AdaptiveAveragePooling& pooling) {
    ALEXNET_RETURN_IF_ERROR(NeedSpatial());
    ALEXNET_ASSIGN_OR_RETURN(
        shapes_.out, CheckedShape({1, blob_[1], pooling.out_h, pooling.out_w}));
    return Status();
  }

  Status Infer(const FullyConnected& full) {
    const int64_t in = blob_.elements();
    ALEXNET_ASSIGN_OR_RETURN(shapes_.out, CheckedShape({1, full.out_features}));
    ALEXNET_ASSIGN_OR_RETURN(const Shape weight,
                             CheckedShape({full.out_features, in}));
    ALEXNET_RETURN_IF_ERROR(CountMacs(in));
    ALEXNET_RETURN_IF_ERROR(AddParameter("weight", false, weight, full.weight,
                                         in, full.out_features));
    if (!full.has_bias) return Status();
    return AddParameter("bias", true, {full.out_features}, full.bias, in,
                        full.out_features);
  }

  Status Infer(const Softmax&) {
    if (static_cast<size_t>(index_) + 1 != network_.layers.size()) {
      return InvalidArgumentError("a softmax must be the last layer");
    }
    if (Spatial() && (blob_[2] != 1 || blob_[3] != 1)) {
      return InvalidArgumentError(
          fmt::format("a softmax over maps of {}x{}; they must be 1x1",
                      blob_[2], blob_[3]));
    }
    return Status();
  }

  Status Finish() {
    const int last = static_cast<int>(network_.layers.size()) - 1;
    const bool softmax = As<Softmax>(network_.layers.back()) != nullptr;
    if (softmax && last == 0) {
      return InvalidArgumentError("a softmax alone is no network")
          .WithField(network_.layers.back().name);
    }
    info_->logits_layer = softmax ? last - 1 : last;
    info_->classes = blob_.elements();
    return Status();
  }

  const Network& network_;
  NetworkInfo* info_;
  Shape blob_;
  int index_ = 0;
  LayerShapes shapes_;
};

}  // namespace

Result<NetworkInfo> InferNetwork(const Network& network) {
  if (network.layers.empty()) {
    return InvalidArgumentError("has no layers").WithField("layers");
  }
  if (network.layers.size() > kMaxLayers) {
    return InvalidArgumentError(fmt::format("{} layers; at most {}",
                                            network.layers.size(), kMaxLayers))
        .WithField("layers");
  }
  NetworkInfo info;
  ALEXNET_RETURN_IF_ERROR(Inference(network, &info).Run());
  return info;
}

Shape WithBatch(const Shape& shape, int64_t batch) {
  if (shape.rank() == 2) return {batch, shape[1]};
  return {batch, shape[1], shape[2], shape[3]};
}

}  // namespace alexnet
