#include "core/preprocess/normalize.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace alexnet {
namespace {

typedef uint8_t Bytes __attribute__((vector_size(16)));
typedef int32_t Ints __attribute__((vector_size(16)));
typedef float Floats __attribute__((vector_size(16)));

template <typename Vector, typename T>
Vector Load(const T* from) {
  Vector vector;
  std::memcpy(&vector, from, sizeof(vector));
  return vector;
}

// One channel of four RGB pixels, of which sixteen bytes are read; from right
// to left with kMirror.
template <int kChannel, bool kMirror>
Floats FourOf(const uint8_t* pixels) {
  constexpr int kNone = 16;
  constexpr int kFirst = kMirror ? kChannel + 9 : kChannel;
  constexpr int kStep = kMirror ? -3 : 3;
  const Bytes spread = __builtin_shufflevector(
      Load<Bytes>(pixels), Bytes{}, kFirst, kNone, kNone, kNone, kFirst + kStep,
      kNone, kNone, kNone, kFirst + 2 * kStep, kNone, kNone, kNone,
      kFirst + 3 * kStep, kNone, kNone, kNone);
  return __builtin_convertvector(Load<Ints>(&spread), Floats);
}

// One channel of a row. `mean` is the mean image's row under the first pixel,
// before mirroring; null: none.
using WriteRow = void (*)(const uint8_t* row, int width, const ChannelMap& map,
                          const float* mean, float* out);

// Pixels from `x` on.
template <int kChannels, int kChannel, bool kMirror>
void WriteFrom(int x, const uint8_t* row, int width, const ChannelMap& map,
               const float* mean, float* out) {
  for (; x < width; ++x) {
    out[kMirror ? width - 1 - x : x] = NormalizePixel(
        row[kChannels * x + kChannel], map, mean != nullptr ? mean[x] : 0.0f);
  }
}

template <bool kMirror>
void WriteGray(const uint8_t* row, int width, const ChannelMap& map,
               const float* mean, float* out) {
  WriteFrom<1, 0, kMirror>(0, row, width, map, mean, out);
}

template <int kChannel, bool kMirror>
void WriteRgb(const uint8_t* row, int width, const ChannelMap& map,
              const float* mean, float* out) {
  int x = 0;
  for (; x + 6 <= width; x += 4) {
    Floats under = mean != nullptr ? Load<Floats>(mean + x) : Floats{};
    if (kMirror) under = __builtin_shufflevector(under, under, 3, 2, 1, 0);
    // As NormalizePixel.
    const Floats four = FourOf<kChannel, kMirror>(row + 3 * x) * map.gain +
                        map.bias - under * map.mean_gain;
    std::memcpy(out + (kMirror ? width - 4 - x : x), &four, sizeof(four));
  }
  WriteFrom<3, kChannel, kMirror>(x, row, width, map, mean, out);
}

WriteRow WriterOf(int channels, int channel, bool mirror) {
  if (channels == 1) return mirror ? WriteGray<true> : WriteGray<false>;
  switch (channel) {
    case 0:
      return mirror ? WriteRgb<0, true> : WriteRgb<0, false>;
    case 1:
      return mirror ? WriteRgb<1, true> : WriteRgb<1, false>;
    default:
      return mirror ? WriteRgb<2, true> : WriteRgb<2, false>;
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
  for (int c = 0; c < preprocessing.channels(); ++c) {
    const WriteRow write =
        WriterOf(part.channels, maps[c].source, window.mirror);
    float* plane = out + static_cast<size_t>(c) * height * width;
    if (part.width != width || part.height != height) {
      std::fill_n(plane, static_cast<size_t>(height) * width, maps[c].outside);
    }
    for (int y = 0; y < part.height; ++y) {
      const float* under = nullptr;
      if (mean != nullptr) {
        const size_t row = static_cast<size_t>(c) * mean->height +
                           window.mean_y + window.top + y;
        under = mean->values.data() + row * mean->width + window.mean_x +
                window.left;
      }
      write(part.row(y), part.width, maps[c], under,
            plane + static_cast<size_t>(window.top + y) * width + left);
    }
  }
}

}  // namespace alexnet
