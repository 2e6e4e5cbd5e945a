#include "core/preprocess/normalize.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace alexnet {
namespace {

// One row of one channel into `bytes`, left to right as it will be written.
void Gather(const uint8_t* row, int channels, int channel, int width,
            bool mirror, uint8_t* bytes) {
  if (mirror) {
    const uint8_t* from = row + static_cast<size_t>(width - 1) * channels;
    for (int x = 0; x < width; ++x, from -= channels) bytes[x] = from[channel];
  } else {
    const uint8_t* from = row;
    for (int x = 0; x < width; ++x, from += channels) bytes[x] = from[channel];
  }
}

void WriteRow(const uint8_t* bytes, int width, const ChannelMap& map,
              float* out) {
  for (int x = 0; x < width; ++x) out[x] = NormalizePixel(bytes[x], map, 0.0f);
}

// `mean` is the mean image's row under the first pixel before mirroring.
void WriteRow(const uint8_t* bytes, int width, const ChannelMap& map,
              const float* mean, bool mirror, float* out) {
  if (mirror) {
    for (int x = 0; x < width; ++x) {
      out[x] = NormalizePixel(bytes[x], map, mean[width - 1 - x]);
    }
  } else {
    for (int x = 0; x < width; ++x) {
      out[x] = NormalizePixel(bytes[x], map, mean[x]);
    }
  }
}

}  // namespace

std::array<ChannelMap, 3> ChannelMaps(const Preprocessing& preprocessing,
                                      const ColorNoise& noise) {
  const bool image = preprocessing.subtracts_image();
  std::array<ChannelMap, 3> maps;
  for (int c = 0; c < preprocessing.channels(); ++c) {
    ChannelMap& map = maps[c];
    map.source = preprocessing.order == ChannelOrder::kBgr ? 2 - c : c;
    float added = noise.rgb[map.source];
    if (preprocessing.order == ChannelOrder::kGray) {
      added =
          0.299f * noise.rgb[0] + 0.587f * noise.rgb[1] + 0.114f * noise.rgb[2];
    }
    const float divisor = preprocessing.stddev[c] * noise.divisor;
    const float mean = preprocessing.mean_kind == MeanKind::kChannel
                           ? preprocessing.mean[c]
                           : 0.0f;
    map.gain = preprocessing.scale / divisor;
    map.bias = (added * preprocessing.scale - mean) / divisor;
    map.mean_gain = image ? 1.0f / divisor : 0.0f;
    map.outside = added * preprocessing.scale / divisor;
  }
  return maps;
}

void NormalizeCrop(const Image& part, const CropWindow& window,
                   const Preprocessing& preprocessing, const ColorNoise& noise,
                   float* out) {
  const std::array<ChannelMap, 3> maps = ChannelMaps(preprocessing, noise);
  const int height = preprocessing.crop_height;
  const int width = preprocessing.crop_width;
  const MeanImage* mean = preprocessing.subtracts_image()
                              ? preprocessing.mean_image.get()
                              : nullptr;
  // After mirroring the part's left margin is on the right.
  const int left =
      window.mirror ? width - window.left - part.width : window.left;
  std::vector<uint8_t> bytes(part.width);
  for (int c = 0; c < preprocessing.channels(); ++c) {
    const ChannelMap& map = maps[c];
    const int channel = part.channels == 1 ? 0 : map.source;
    float* plane = out + static_cast<size_t>(c) * height * width;
    if (part.width != width || part.height != height) {
      std::fill_n(plane, static_cast<size_t>(height) * width, map.outside);
    }
    for (int y = 0; y < part.height; ++y) {
      float* to = plane + static_cast<size_t>(window.top + y) * width + left;
      Gather(part.row(y), part.channels, channel, part.width, window.mirror,
             bytes.data());
      if (mean == nullptr) {
        WriteRow(bytes.data(), part.width, map, to);
        continue;
      }
      const size_t mean_row = static_cast<size_t>(c) * mean->height +
                              window.mean_y + window.top + y;
      WriteRow(bytes.data(), part.width, map,
               mean->values.data() + mean_row * mean->width + window.mean_x +
                   window.left,
               window.mirror, to);
    }
  }
}

}  // namespace alexnet
