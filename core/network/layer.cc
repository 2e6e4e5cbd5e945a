#include "core/network/layer.h"

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

}  // namespace

const char* LayerKindName(const Layer& layer) {
  return std::visit(KindName{}, layer.spec);
}

}  // namespace alexnet
