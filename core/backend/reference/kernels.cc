#include "core/backend/reference/kernels.h"

#include <fmt/core.h>

#include <cstring>
#include <optional>
#include <utility>
#include <variant>

#include "core/backend/reference/formats.h"
#include "core/backend/reference/ops.h"

namespace alexnet::reference {
namespace {

// One layer kind's functions over blobs as double*.
class LayerKernel : public Kernel {
 public:
  LayerKernel(const KernelRequest& request, const KernelMemory& memory)
      : layer_(*request.layer),
        shapes_(*request.shapes),
        batch_(request.batch),
        src_(DoubleFormat(WithBatch(shapes_.in, batch_))),
        dst_(DoubleFormat(WithBatch(shapes_.out, batch_))),
        memory_(memory) {}

  std::string Name() const override {
    return fmt::format("{} ({}, reference)", layer_.name,
                       LayerKindName(layer_));
  }
  const Format& src_format() const override { return src_; }
  const Format& dst_format() const override { return dst_; }
  const KernelMemory& memory() const override { return memory_; }

 protected:
  static const double* Blob(const void* blob) {
    return static_cast<const double*>(blob);
  }
  static double* Blob(void* blob) { return static_cast<double*>(blob); }

  const Layer layer_;
  const LayerShapes shapes_;
  const int64_t batch_;

 private:
  const Format src_;
  const Format dst_;
  const KernelMemory memory_;
};

// Convolutions, locally and fully connected layers: with parameters.
class LinearKernel : public LayerKernel {
 public:
  LinearKernel(const KernelRequest& request, const Shape& weight, bool has_bias)
      : LayerKernel(request, {.backward_reads_src = true}), weight_(weight) {
    if (has_bias) bias_.emplace(Shape({weight[0]}));
  }

  const ParameterLayout* weight_layout() const override { return &weight_; }
  const ParameterLayout* bias_layout() const override {
    return bias_ ? &*bias_ : nullptr;
  }

  Status Forward(const ForwardArgs& args) override {
    const double* src = Blob(args.src);
    const float* weight = static_cast<const float*>(args.weight);
    const float* bias = static_cast<const float*>(args.bias);
    if (const auto* convolution = As<Convolution>(layer_)) {
      ConvolutionForward(*convolution, shapes_, batch_, src, weight, bias,
                         Blob(args.dst));
    } else if (const auto* local = As<LocallyConnected>(layer_)) {
      LocallyConnectedForward(*local, shapes_, batch_, src, weight, bias,
                              Blob(args.dst));
    } else {
      FullyConnectedForward(shapes_, batch_, src, weight, bias, Blob(args.dst));
    }
    return Status();
  }

  Status Backward(const BackwardArgs& args) override {
    const double* src = Blob(args.src);
    const double* dy = Blob(args.dst_gradient);
    double* dx = Blob(args.src_gradient);
    const float* weight = static_cast<const float*>(args.weight);
    float* dw = static_cast<float*>(args.weight_gradient);
    float* db = static_cast<float*>(args.bias_gradient);
    if (const auto* convolution = As<Convolution>(layer_)) {
      ConvolutionBackward(*convolution, shapes_, batch_, src, weight, dy, dx,
                          dw, db);
    } else if (const auto* local = As<LocallyConnected>(layer_)) {
      LocallyConnectedBackward(*local, shapes_, batch_, src, weight, dy, dx, dw,
                               db);
    } else {
      FullyConnectedBackward(shapes_, batch_, src, weight, dy, dx, dw, db);
    }
    return Status();
  }

 private:
  const DenseParameter weight_;
  std::optional<DenseParameter> bias_;
};

class PoolingKernel : public LayerKernel {
 public:
  explicit PoolingKernel(const KernelRequest& request)
      : LayerKernel(request,
                    {.backward_reads_src = As<Pooling>(*request.layer)->kind ==
                                           PoolKind::kMax}) {}
  Status Forward(const ForwardArgs& args) override {
    PoolingForward(*As<Pooling>(layer_), shapes_, batch_, Blob(args.src),
                   Blob(args.dst));
    return Status();
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    PoolingBackward(*As<Pooling>(layer_), shapes_, batch_, Blob(args.src),
                    Blob(args.dst_gradient), Blob(args.src_gradient));
    return Status();
  }
};

class AdaptivePoolingKernel : public LayerKernel {
 public:
  explicit AdaptivePoolingKernel(const KernelRequest& request)
      : LayerKernel(request, {}) {}
  Status Forward(const ForwardArgs& args) override {
    AdaptivePoolingForward(shapes_, batch_, Blob(args.src), Blob(args.dst));
    return Status();
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    AdaptivePoolingBackward(shapes_, batch_, Blob(args.dst_gradient),
                            Blob(args.src_gradient));
    return Status();
  }
};

class LrnKernel : public LayerKernel {
 public:
  explicit LrnKernel(const KernelRequest& request)
      : LayerKernel(request, {.backward_reads_src = true}) {}
  Status Forward(const ForwardArgs& args) override {
    LrnForward(*As<Lrn>(layer_), shapes_, batch_, Blob(args.src),
               Blob(args.dst));
    return Status();
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    LrnBackward(*As<Lrn>(layer_), shapes_, batch_, Blob(args.src),
                Blob(args.dst_gradient), Blob(args.src_gradient));
    return Status();
  }
};

class ActivationKernel : public LayerKernel {
 public:
  explicit ActivationKernel(const KernelRequest& request)
      : LayerKernel(request, {.backward_reads_dst = true, .in_place = true}) {}
  Status Forward(const ForwardArgs& args) override {
    ActivationForward(As<Activation>(layer_)->kind, elements(), Blob(args.src),
                      Blob(args.dst));
    return Status();
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    ActivationBackward(As<Activation>(layer_)->kind, elements(), Blob(args.dst),
                       Blob(args.dst_gradient), Blob(args.src_gradient));
    return Status();
  }

 private:
  int64_t elements() const { return batch_ * shapes_.in.elements(); }
};

class DropoutKernel : public LayerKernel {
 public:
  explicit DropoutKernel(const KernelRequest& request)
      : LayerKernel(request, {.in_place = true}),
        layer_index_(request.layer_index),
        part_(request.part),
        training_(request.training) {}
  Status Forward(const ForwardArgs& args) override {
    Apply(args.random, Blob(args.src), Blob(args.dst));
    return Status();
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    Apply(args.random, Blob(args.dst_gradient), Blob(args.src_gradient));
    return Status();
  }

 private:
  // `random`: null where nothing is trained.
  void Apply(const RandomState* random, const double* from, double* to) const {
    const int64_t features = shapes_.in.elements();
    if (training_) {
      DropoutApply(*As<Dropout>(layer_), {layer_index_, *random, part_}, batch_,
                   features, from, to);
    } else {
      std::memmove(to, from, static_cast<size_t>(batch_ * features) * 8);
    }
  }

  const int layer_index_;
  const BlobPart part_;
  const bool training_;
};

class SoftmaxKernel : public LayerKernel {
 public:
  explicit SoftmaxKernel(const KernelRequest& request)
      : LayerKernel(request, {.backward_reads_dst = true, .in_place = true}) {}
  Status Forward(const ForwardArgs& args) override {
    SoftmaxForward(shapes_, batch_, Blob(args.src), Blob(args.dst));
    return Status();
  }
  Status Backward(const BackwardArgs& args) override {
    if (args.src_gradient == nullptr) return Status();
    SoftmaxBackward(shapes_, batch_, Blob(args.dst), Blob(args.dst_gradient),
                    Blob(args.src_gradient));
    return Status();
  }
};

struct Maker {
  const KernelRequest& request;

  std::unique_ptr<Kernel> operator()(const Convolution& layer) const {
    const Shape weight = {layer.out_channels,
                          request.shapes->in[1] / layer.groups,
                          layer.window.kernel_h, layer.window.kernel_w};
    return std::make_unique<LinearKernel>(request, weight, layer.has_bias);
  }
  std::unique_ptr<Kernel> operator()(const FullyConnected& layer) const {
    const Shape weight = {layer.out_features, request.shapes->in.elements()};
    return std::make_unique<LinearKernel>(request, weight, layer.has_bias);
  }
  std::unique_ptr<Kernel> operator()(const LocallyConnected& layer) const {
    const Shape weight = {request.shapes->out.elements(), request.shapes->in[1],
                          layer.window.kernel_h, layer.window.kernel_w};
    return std::make_unique<LinearKernel>(request, weight, layer.has_bias);
  }
  std::unique_ptr<Kernel> operator()(const Pooling&) const {
    return std::make_unique<PoolingKernel>(request);
  }
  std::unique_ptr<Kernel> operator()(const AdaptiveAveragePooling&) const {
    return std::make_unique<AdaptivePoolingKernel>(request);
  }
  std::unique_ptr<Kernel> operator()(const Lrn&) const {
    return std::make_unique<LrnKernel>(request);
  }
  std::unique_ptr<Kernel> operator()(const Activation&) const {
    return std::make_unique<ActivationKernel>(request);
  }
  std::unique_ptr<Kernel> operator()(const Dropout&) const {
    return std::make_unique<DropoutKernel>(request);
  }
  std::unique_ptr<Kernel> operator()(const Softmax&) const {
    return std::make_unique<SoftmaxKernel>(request);
  }
};

}  // namespace

Result<std::unique_ptr<Kernel>> MakeKernel(const KernelRequest& request) {
  if (request.fused) {
    return InternalError("the reference backend fuses no activation");
  }
  return std::visit(Maker{request}, request.layer->spec);
}

}  // namespace alexnet::reference
