// Any bytes as an .alexnet file, as they are and with a footer that fits, so
// that what changed in the description is believed: opened, described, run,
// trained for a step, and written to be read again.

#include <alexnet/alexnet.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/model/mend_footer.h"

namespace alexnet {
namespace {

// Small files may describe large networks; what is computed is bounded.
constexpr int64_t kMostMacs = 4'000'000;
constexpr int64_t kMostElements = 1'000'000;  // of all blobs, and of parameters
constexpr int64_t kBatch = 2;

int64_t Elements(int64_t rank, const int64_t* shape) {
  int64_t elements = 1;
  for (int64_t i = 0; i < rank; ++i) elements *= shape[i];
  return elements;
}

bool IsSmall(const Model& model) {
  const ModelInfo info = model.info();
  if (info.macs > kMostMacs || info.parameter_count > kMostElements)
    return false;
  int64_t elements = 0;
  for (const LayerInfo& layer : model.layers()) {
    elements += Elements(layer.input_rank, layer.input) +
                Elements(layer.output_rank, layer.output);
    if (elements > kMostElements) return false;
  }
  return true;
}

void Run(const Model& model) {
  SessionOptions options;
  options.threads = 1;
  options.batch = kBatch;
  Session session(model, options);
  const std::vector<uint8_t> pixels(32 * 24 * 3, 100);
  alexnet_image picture = {};
  picture.pixels = pixels.data();
  picture.width = 32;
  picture.height = 24;
  picture.channels = 3;
  session.run_images(std::vector<alexnet_image>(kBatch, picture));
}

void Train(const Model& model) {
  const ModelInfo info = model.info();
  TrainerOptions options;
  options.threads = 1;
  options.batch = kBatch;
  Trainer trainer(model, options);
  const std::vector<float> images(
      static_cast<size_t>(kBatch * info.channels * info.height * info.width),
      0.5f);
  trainer.step(images, std::vector<int32_t>(kBatch, 0), UpdateRule());
}

// What is wrong is said, and is no defect of the engine's.
template <typename Work>
bool Succeeds(const Work& work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    if (error.code() != ALEXNET_INTERNAL) return false;
    std::fprintf(stderr, "%s\n", error.what());
    std::abort();
  }
}

// Whether the file was read.
bool Use(const std::vector<std::byte>& file) {
  return Succeeds([&file] {
    const Model model = Model::from_memory(file);
    model.json();
    model.labels();
    model.metadata();
    model.network().json();
    if (!IsSmall(model)) return;
    Succeeds([&model] { Run(model); });
    Succeeds([&model] { Train(model); });
    const std::vector<std::byte> written = model.bytes();
    std::string again;
    Succeeds([&] { again = Model::from_memory(written).network().json(); });
    if (again != model.network().json()) {
      std::fputs("what was written is another network, or none\n", stderr);
      std::abort();
    }
  });
}

}  // namespace
}  // namespace alexnet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto* bytes = reinterpret_cast<const std::byte*>(data);
  std::vector<std::byte> file(bytes, bytes + size);
  if (alexnet::Use(file)) return 0;
  if (alexnet::testing::MendFooter(&file)) alexnet::Use(file);
  return 0;
}
