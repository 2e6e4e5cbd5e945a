// The pieces of encoded blobs.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_ENCODE_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_ENCODE_H_

#include <array>
#include <cstdint>
#include <string>

#include "tools/convert/model/tensor.h"

namespace alexnet::convert::caffe {

// num, channels, height, width: what every reader of mean images knows.
std::string LegacyBlobHeader(const std::array<int64_t, 4>& extents);
// shape.
std::string BlobHeaderOf(const Extents& shape);
// Tag and size of `data`, which as many bytes of packed floats follow.
std::string BlobDataHeader(uint64_t bytes);

}  // namespace alexnet::convert::caffe

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_ENCODE_H_
