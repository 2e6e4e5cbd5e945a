// Channels: arithmetic of a blob with constants, one number for each channel.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_CHANNELS_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_CHANNELS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "tools/convert/formats/onnx/graph.h"
#include "tools/convert/formats/onnx/values.h"
#include "tools/convert/model/fold.h"

namespace alexnet::convert::onnx {

// How the blob lies that a constant is broadcast over.
struct BlobAxes {
  int64_t channels = 0;
  size_t rank = 4;
  size_t channel_axis = 1;
};

// Whether the node adds, subtracts, multiplies or divides.
bool IsArithmetic(const GraphNode& node);

// What the node computes of the blob that is its input `blob_input`; nothing
// where the other input is no constant of one number, or one for each channel,
// or where the blob is divided by.
std::optional<ChannelMap> MapOf(const GraphNode& node, const Values& values,
                                size_t blob_input, const BlobAxes& axes);

// What BatchNormalization computes. Throws Unsupported where its statistics are
// not in the file, or are those of the batch.
ChannelMap BatchNormalizationOf(const GraphNode& node, const Values& values);

// One after the other: second(first(x)).
ChannelMap Composed(const ChannelMap& first, const ChannelMap& second);

}  // namespace alexnet::convert::onnx

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_ONNX_CHANNELS_H_
