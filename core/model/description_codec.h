// The description at the front of a model file, to and from its FlatBuffer.

#ifndef ALEXNET_CORE_MODEL_DESCRIPTION_CODEC_H_
#define ALEXNET_CORE_MODEL_DESCRIPTION_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/status.h"
#include "core/model/alexnet_generated.h"
#include "core/model/model.h"

namespace alexnet {

// `file_bytes` is written down as the size of the whole file. The size of the
// result does not depend on the values of offsets and hashes.
flatbuffers::DetachedBuffer EncodeDescription(
    const ModelDescription& description, uint64_t file_bytes);

// Checks structure and meaning of `bytes`, which must be aligned to 16: every
// size, shape, offset and hash of hashes, against a file of `file_bytes` bytes.
// The mean image is left out of the result's preprocessing.
Result<ModelDescription> DecodeDescription(std::span<const std::byte> bytes,
                                           uint64_t file_bytes);

// What the description at the front of a damaged file says of sizes in bytes;
// zeros: nothing can be read.
struct DescribedSizes {
  uint64_t file = 0;
  uint64_t description = 0;  // with the padding that follows it
};
DescribedSizes DescribedSizesOf(std::span<const std::byte> bytes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_DESCRIPTION_CODEC_H_
