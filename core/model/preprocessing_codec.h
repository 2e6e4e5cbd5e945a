// Preprocessing in the description. The mean image is a tensor of the file.

#ifndef ALEXNET_CORE_MODEL_PREPROCESSING_CODEC_H_
#define ALEXNET_CORE_MODEL_PREPROCESSING_CODEC_H_

#include "core/base/status.h"
#include "core/model/alexnet_generated.h"
#include "core/preprocess/spec.h"

namespace alexnet {

flatbuffers::Offset<schema::Preprocessing> EncodePreprocessing(
    flatbuffers::FlatBufferBuilder& builder,
    const Preprocessing& preprocessing);

// Checked, but for the mean image, which is left out.
Result<Preprocessing> DecodePreprocessing(
    const schema::Preprocessing& preprocessing);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_PREPROCESSING_CODEC_H_
