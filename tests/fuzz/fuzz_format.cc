// Any bytes as a file of the format FUZZ_FORMAT: read, recognised as far as its
// layers go, and every element of every tensor streamed once.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tools/convert/formats/format.h"

namespace alexnet::convert {
namespace {

// Zero strides make small files claim much; what is streamed is bounded.
constexpr int64_t kMaxStreamed = 1 << 20;

const Format& Wanted() {
  for (const Format& format : Formats()) {
    if (format.name == FUZZ_FORMAT) return format;
  }
  std::fputs("formats.cc has no format " FUZZ_FORMAT "\n", stderr);
  std::abort();
}

unsigned SumOf(const std::vector<Tensor>& tensors) {
  unsigned sum = 0;
  for (const Tensor& tensor : tensors) {
    Validate(tensor);
    if (tensor.elements() > kMaxStreamed) continue;
    Stream(tensor, ElementType::kF32, [&](int64_t, Bytes chunk) {
      for (const std::byte byte : chunk) sum += static_cast<unsigned>(byte);
    });
  }
  return sum;
}

void Use(const ForeignModel& model) {
  unsigned sum = SumOf(model.tensors);
  for (const TensorDictionary& each : model.dictionaries) {
    sum += SumOf(each.tensors);
  }
  // Nobody needs the sum, but the reads must happen.
  volatile unsigned sink = sum;
  static_cast<void>(sink);
  if (model.layers) WithShapes(*model.layers);
}

}  // namespace
}  // namespace alexnet::convert

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace alexnet::convert;  // NOLINT: one function
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  static const Format& format = Wanted();
  try {
    format.matches(bytes);
    Use(format.read(SourceFile::Of(bytes, "fuzzed"), ReadOptions()));
  } catch (const alexnet::Error&) {
    // What is wrong is said; that is all that is asked for.
  }
  return 0;
}
