// Any bytes as a Darknet .cfg.

#include <cstddef>
#include <cstdint>

#include "tools/convert/base/byte_reader.h"
#include "tools/convert/formats/darknet/config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace alexnet::convert;  // NOLINT: one function
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  try {
    WithShapes(darknet::ParseConfig(TextOf(bytes)));
  } catch (const alexnet::Error&) {
  }
  return 0;
}
