// Networks in the description.

#ifndef ALEXNET_CORE_MODEL_NETWORK_CODEC_H_
#define ALEXNET_CORE_MODEL_NETWORK_CODEC_H_

#include "core/base/status.h"
#include "core/model/alexnet_generated.h"
#include "core/model/decoding.h"
#include "core/network/network.h"

namespace alexnet {

flatbuffers::Offset<schema::Network> EncodeNetwork(
    flatbuffers::FlatBufferBuilder& builder, const Network& network);

// Checks enums and text; InferNetwork checks the rest.
Result<Network> DecodeNetwork(const schema::Network& network,
                              DecodeBudget& budget);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_NETWORK_CODEC_H_
