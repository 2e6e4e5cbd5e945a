#include "core/network/layer.h"

#include <type_traits>

namespace alexnet {
namespace {

struct KindName {
  const char* operator()(const Convolution&) const { return "convolution"; }
  const char* operator()(const Pooling& pooling) const {
    return pooling.kind == PoolKind::kMax ? "max pooling" : "average pooling";
  }
  const char* operator()(const Lrn&) const { return "LRN"; }
  const char* operator()(const Activation& activation) const {
    return activation.kind == ActivationKind::kRelu ? "ReLU" : "tanh";
  }
  const char* operator()(const Dropout&) const { return "dropout"; }
  const char* operator()(const AdaptiveAveragePooling&) const {
    return "adaptive average pooling";
  }
  const char* operator()(const FullyConnected&) const {
    return "fully connected";
  }
  const char* operator()(const Softmax&) const { return "softmax"; }
};

template <LayerType kType, typename Spec>
constexpr bool kIs = std::is_same_v<
    std::variant_alternative_t<static_cast<size_t>(kType), LayerSpec>, Spec>;
static_assert(kIs<LayerType::kConvolution, Convolution>);
static_assert(kIs<LayerType::kPooling, Pooling>);
static_assert(kIs<LayerType::kLrn, Lrn>);
static_assert(kIs<LayerType::kActivation, Activation>);
static_assert(kIs<LayerType::kDropout, Dropout>);
static_assert(kIs<LayerType::kAdaptiveAveragePooling, AdaptiveAveragePooling>);
static_assert(kIs<LayerType::kFullyConnected, FullyConnected>);
static_assert(kIs<LayerType::kSoftmax, Softmax>);

}  // namespace

LayerType LayerTypeOf(const Layer& layer) {
  return static_cast<LayerType>(layer.spec.index());
}

const char* LayerKindName(const Layer& layer) {
  return std::visit(KindName{}, layer.spec);
}

}  // namespace alexnet
