// A network behind its handle.

#ifndef ALEXNET_CAPI_NETWORK_H_
#define ALEXNET_CAPI_NETWORK_H_

#include <alexnet/alexnet.h>

#include <string>
#include <vector>

#include "capi/handle.h"
#include "core/network/network.h"
#include "core/network/presets.h"

struct alexnet_network : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c4e57;
  static constexpr const char* kName = "network";
  explicit alexnet_network(alexnet::Preset start)
      : Counted(kTag), preset(std::move(start)) {}
  alexnet::Preset preset;
  mutable alexnet::capi::Gate gate;
};

namespace alexnet::capi {

// Refuses the index of a layer that is not there.
Status CheckLayer(size_t index, size_t layers);

// What alexnet_layer_info says of layer `index`; strings belong to `network`.
Result<alexnet_layer_info> LayerInfo(const Network& network,
                                     const NetworkInfo& info, size_t index);

// Preprocessing in the ABI's form (its mean image belongs to `from`), and back.
// `network` gives what is left open; whether it fits is for others to check.
alexnet_preprocessing ToAbi(const Preprocessing& from);
Result<Preprocessing> ReadPreprocessing(const alexnet_preprocessing* given,
                                        const Network& network);

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_NETWORK_H_
