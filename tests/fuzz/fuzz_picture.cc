// Any bytes as an encoded picture: decoded, and classified by a small network.

#include <alexnet/alexnet.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace alexnet {
namespace {

// What decoding takes is bounded by it.
constexpr int64_t kMostPixels = 1 << 18;

Session MakeSession() {
  SessionOptions options;
  options.threads = 1;
  options.max_pixels = kMostPixels;
  return Session(Model::initial(Network::preset("cifar10")), options);
}

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void Use(const std::vector<std::byte>& picture) {
  static Session session = MakeSession();
  const alexnet_encoded encoded = {picture.data(), picture.size(), "fuzzed"};
  bool decoded = false;
  try {
    const Image image = Image::decode(picture, "fuzzed", kMostPixels);
    const alexnet_image& view = image.view();
    Require(view.width * view.height <= kMostPixels, "too large a picture");
    decoded = true;
  } catch (const Error& error) {
    Require(error.code() != ALEXNET_INTERNAL, error.what());
  }
  try {
    const std::vector<float> row = session.run_encoded({&encoded, 1});
    float sum = 0;
    for (const float probability : row) sum += probability;
    Require(std::abs(sum - 1) < 1e-3f, "probabilities do not add up to 1");
    Require(decoded, "classified a picture that cannot be decoded");
  } catch (const Error& error) {
    Require(error.code() != ALEXNET_INTERNAL, error.what());
    Require(!decoded, "refused a picture that can be decoded");
  }
}

}  // namespace
}  // namespace alexnet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  alexnet::Use({bytes, bytes + size});
  return 0;
}
