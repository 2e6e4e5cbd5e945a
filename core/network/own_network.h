// Networks that somebody builds layer by layer.

#ifndef ALEXNET_CORE_NETWORK_OWN_NETWORK_H_
#define ALEXNET_CORE_NETWORK_OWN_NETWORK_H_

#include <cstdint>
#include <string>

#include "core/base/status.h"
#include "core/network/network.h"
#include "core/network/presets.h"
#include "core/preprocess/spec.h"

namespace alexnet {

// Without layers, for pictures of this size, with a preprocessing that is its
// own and the default recipe.
Result<Preset> BlankNetwork(const std::string& name, int64_t channels,
                            int64_t height, int64_t width);

// Refuses, and leaves out, a layer that does not fit after the last one.
Status AppendLayer(Layer layer, Network* network);

// Refuses preprocessing that does not validate (its mean image may be missing)
// or gives other views than the network takes.
Status CheckPreprocessingOf(const Network& network,
                            const Preprocessing& preprocessing);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_OWN_NETWORK_H_
