#include "tools/convert/formats/caffe/encode.h"

#include "tools/convert/base/wire.h"
#include "tools/convert/formats/caffe/caffe.pb.h"

namespace alexnet::convert::caffe {

std::string LegacyBlobHeader(const std::array<int64_t, 4>& extents) {
  BlobHeader header;
  header.set_num(static_cast<int32_t>(extents[0]));
  header.set_channels(static_cast<int32_t>(extents[1]));
  header.set_height(static_cast<int32_t>(extents[2]));
  header.set_width(static_cast<int32_t>(extents[3]));
  return header.SerializeAsString();
}

std::string BlobHeaderOf(const Extents& shape) {
  BlobHeader header;
  for (const int64_t extent : shape) header.mutable_shape()->add_dim(extent);
  return header.SerializeAsString();
}

std::string BlobDataHeader(uint64_t bytes) {
  constexpr uint32_t kData = 5;
  return FieldHeader(kData, bytes);
}

}  // namespace alexnet::convert::caffe
