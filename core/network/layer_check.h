// Range checks of one layer's own numbers, apart from its input. Errors name
// the field; the caller names the layer.

#ifndef ALEXNET_CORE_NETWORK_LAYER_CHECK_H_
#define ALEXNET_CORE_NETWORK_LAYER_CHECK_H_

#include "core/base/status.h"
#include "core/network/layer.h"

namespace alexnet {

Status CheckSpec(const Convolution& convolution);
Status CheckSpec(const Pooling& pooling);
Status CheckSpec(const Lrn& lrn);
Status CheckSpec(const Activation& activation);
Status CheckSpec(const Dropout& dropout);
Status CheckSpec(const AdaptiveAveragePooling& pooling);
Status CheckSpec(const FullyConnected& full);
Status CheckSpec(const Softmax& softmax);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_LAYER_CHECK_H_
