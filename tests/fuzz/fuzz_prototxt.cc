// Any bytes as a .prototxt.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/convert/formats/caffe/net.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace alexnet::convert;  // NOLINT: one function
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  try {
    std::vector<size_t> blob_layers;
    WithShapes(
        caffe::ChainOf(caffe::ParseNetText(TextOf(bytes)), &blob_layers));
  } catch (const alexnet::Error&) {
  }
  return 0;
}
