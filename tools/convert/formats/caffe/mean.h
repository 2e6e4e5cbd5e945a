// mean.binaryproto: the mean image that Caffe subtracts.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_MEAN_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_MEAN_H_

#include <memory>
#include <string>

#include "tools/convert/base/source_file.h"
#include "tools/convert/model/export_model.h"
#include "tools/convert/model/foreign_model.h"

namespace alexnet::convert {

// A BlobProto of (1, C, H, W), in the order of the network's channels, which is
// BGR for Caffe's own. Throws Error for anything else.
Mean ReadCaffeMean(const std::shared_ptr<SourceFile>& file);

// The model's mean image as such a file; "" where it has none.
std::string WriteCaffeMean(const Preprocessing& preprocessing);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_MEAN_H_
