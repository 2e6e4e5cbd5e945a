// Any bytes as a .prototxt.

#include <cstddef>
#include <cstdint>

#include "tools/convert/formats/caffe/net.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace alexnet::convert;  // NOLINT: one function
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  try {
    WithShapes(caffe::FoldedLayers(
        caffe::ChainOf(caffe::ParseNetText(TextOf(bytes)))));
  } catch (const alexnet::Error&) {
  }
  return 0;
}
