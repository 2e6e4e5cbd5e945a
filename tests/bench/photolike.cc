#include "tests/bench/photolike.h"

#include <fmt/core.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/file.h"
#include "core/base/philox.h"
#include "core/data/decode.h"

namespace alexnet::bench {
namespace {

constexpr int kSide = 256;

// Waves, edges and a little noise: about as many bytes as a photograph.
Image Draw(int number) {
  Image image = Image::Create(kSide, kSide, 3).value();
  PhiloxStream stream(1, RandomPurpose::kSynthetic,
                      static_cast<uint32_t>(number));
  const float frequency = 0.02f + 0.2f * stream.Uniform();
  const float angle = 6.28f * stream.Uniform();
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const float along = std::cos(angle) * static_cast<float>(x) +
                          std::sin(angle) * static_cast<float>(y);
      const float edge = ((x / 37 + y / 53 + number) % 2 != 0) ? 30.0f : 0.0f;
      for (int c = 0; c < 3; ++c) {
        const float wave =
            60.0f * std::sin(frequency * along + static_cast<float>(c));
        const float noise = 24.0f * (stream.Uniform() - 0.5f);
        image.row(y)[x * 3 + c] =
            static_cast<uint8_t>(110.0f + wave + edge + noise);
      }
    }
  }
  return image;
}

}  // namespace

Status WritePhotolikeJpegs(const std::string& folder, int classes, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string of_class = fmt::format("{}/{}", folder, i % classes);
    ALEXNET_RETURN_IF_ERROR(MakeFolders(of_class));
    ALEXNET_ASSIGN_OR_RETURN(const std::vector<std::byte> jpeg,
                             EncodeJpeg(Draw(i), 95));
    ALEXNET_ASSIGN_OR_RETURN(
        const std::unique_ptr<AtomicFile> file,
        AtomicFile::Create(fmt::format("{}/{}.jpg", of_class, i)));
    ALEXNET_RETURN_IF_ERROR(file->Write(std::span<const std::byte>(jpeg)));
    ALEXNET_RETURN_IF_ERROR(file->Commit());
  }
  return Status();
}

}  // namespace alexnet::bench
