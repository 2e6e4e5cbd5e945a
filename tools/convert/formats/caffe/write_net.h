// Networks of the engine as Caffe's.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_WRITE_NET_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_WRITE_NET_H_

#include <string>

#include "tools/convert/formats/caffe/net.h"
#include "tools/convert/model/export_model.h"

namespace alexnet::convert::caffe {

// Today's layers without blobs, an Input layer first. Throws Unsupported,
// naming the layer, for what Caffe does not compute: windows padded unevenly to
// effect, convolutions rounded up, LRN that keeps towers apart.
Net NetOf(const ExportModel& model);

// A deploy .prototxt.
std::string NetText(const Net& net);

}  // namespace alexnet::convert::caffe

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_CAFFE_WRITE_NET_H_
