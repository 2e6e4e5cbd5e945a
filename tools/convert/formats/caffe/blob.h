// Blobs of Caffe's: parameters and mean images.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_BLOB_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_BLOB_H_

#include <memory>
#include <string>

#include "tools/convert/base/source_file.h"
#include "tools/convert/model/tensor.h"

namespace alexnet::convert::caffe {

// A BlobProto as a tensor whose memory lies in `file`. Its axes of extent 1 in
// front, which the older form has for vectors and matrices, are dropped down to
// `rank` axes (0: none is dropped). Throws Damaged.
Tensor TensorOfBlob(Bytes blob, std::string name, size_t rank,
                    const std::shared_ptr<SourceFile>& file);

}  // namespace alexnet::convert::caffe

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_BLOB_H_
