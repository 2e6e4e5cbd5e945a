// Range checks of one layer's own numbers, apart from its input. Errors name
// the field; the caller names the layer.

#ifndef ALEXNET_CORE_NETWORK_LAYER_CHECK_H_
#define ALEXNET_CORE_NETWORK_LAYER_CHECK_H_

#include "core/base/status.h"
#include "core/network/layer.h"

namespace alexnet {

Status CheckSpec(const LayerSpec& spec);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_LAYER_CHECK_H_
