// How pictures are prepared, as text for formats that keep free metadata.

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_PREPROCESSING_JSON_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_PREPROCESSING_JSON_H_

#include <alexnet/alexnet.hpp>
#include <string>

namespace alexnet::convert {

// The metadata key of files that this library writes.
inline constexpr char kPreprocessingKey[] = "alexnet.preprocessing";

// Everything but a mean image, in place of which its mean colour stands.
std::string EncodePreprocessing(const Preprocessing& preprocessing);

// The same, read; throws Damaged for what EncodePreprocessing does not write.
// Values are checked by whoever takes them for a model.
Preprocessing DecodePreprocessing(const std::string& json);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_PREPROCESSING_JSON_H_
