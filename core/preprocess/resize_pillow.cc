#include "core/preprocess/resize_pillow.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace alexnet {
namespace {

// Weights are rounded to this many bits; a weight is at most 1, so that a sum
// of 255 times weights of sum 1 stays inside 31 bits.
constexpr int kPrecisionBits = 32 - 8 - 2;
constexpr int32_t kHalf = 1 << (kPrecisionBits - 1);

using Int4 = int32_t __attribute__((vector_size(16)));
using Byte4 = uint8_t __attribute__((vector_size(4)));
using Int16 = int32_t __attribute__((vector_size(64)));
using Byte16 = uint8_t __attribute__((vector_size(16)));

// For each output position: the first input position and the weights of
// `taps` of them (zero past its last).
struct Taps {
  int taps = 0;
  std::vector<int> first;
  std::vector<int> count;
  std::vector<int32_t> weights;

  const int32_t* at(int i) const {
    return weights.data() + static_cast<size_t>(i) * taps;
  }
};

// `in` pixels become `out`, of which [begin, begin + length) are wanted.
Taps MakeTaps(int in, int out, int begin, int length) {
  const double scale = static_cast<double>(in) / out;
  const double filter_scale = std::max(scale, 1.0);
  const double support = 1.0 * filter_scale;  // the triangle's half width is 1
  Taps taps;
  taps.taps = static_cast<int>(std::ceil(support)) * 2 + 1;
  taps.first.resize(length);
  taps.count.resize(length);
  taps.weights.assign(static_cast<size_t>(length) * taps.taps, 0);
  std::vector<double> row(taps.taps);
  const double inverse = 1.0 / filter_scale;
  for (int i = 0; i < length; ++i) {
    const double centre = (begin + i + 0.5) * scale;
    const int low = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int high = std::min(static_cast<int>(centre + support + 0.5), in);
    double sum = 0.0;
    for (int k = 0; k < high - low; ++k) {
      const double distance = std::abs((k + low - centre + 0.5) * inverse);
      row[k] = distance < 1.0 ? 1.0 - distance : 0.0;
      sum += row[k];
    }
    for (int k = 0; k < high - low; ++k) {
      const double weight = sum != 0.0 ? row[k] / sum : row[k];
      taps.weights[static_cast<size_t>(i) * taps.taps + k] =
          static_cast<int32_t>(0.5 + weight * (1 << kPrecisionBits));
    }
    taps.first[i] = low;
    taps.count[i] = high - low;
  }
  return taps;
}

inline uint8_t Clip(int32_t sum) {
  return static_cast<uint8_t>(
      std::clamp(sum >> kPrecisionBits, int32_t{0}, int32_t{255}));
}

// One row of three channels, one output pixel at a time in four lanes. `row`
// must have one readable byte after its last pixel.
void HorizontalRgb(const uint8_t* row, const Taps& taps, int length,
                   uint8_t* out) {
  for (int i = 0; i < length; ++i) {
    const int32_t* weights = taps.at(i);
    const uint8_t* from = row + static_cast<size_t>(taps.first[i]) * 3;
    Int4 sum = {kHalf, kHalf, kHalf, 0};
    for (int k = 0; k < taps.count[i]; ++k) {
      Byte4 pixel;
      std::memcpy(&pixel, from + static_cast<size_t>(k) * 3, 4);
      sum += __builtin_convertvector(pixel, Int4) * weights[k];
    }
    out[0] = Clip(sum[0]);
    out[1] = Clip(sum[1]);
    out[2] = Clip(sum[2]);
    out += 3;
  }
}

void HorizontalGray(const uint8_t* row, const Taps& taps, int length,
                    uint8_t* out) {
  for (int i = 0; i < length; ++i) {
    const int32_t* weights = taps.at(i);
    const uint8_t* from = row + taps.first[i];
    int32_t sum = kHalf;
    for (int k = 0; k < taps.count[i]; ++k) sum += from[k] * weights[k];
    out[i] = Clip(sum);
  }
}

// One output row of `bytes` bytes from `count` rows.
void Vertical(const uint8_t* const* rows, const int32_t* weights, int count,
              size_t bytes, uint8_t* out) {
  size_t x = 0;
  for (; x + 16 <= bytes; x += 16) {
    Int16 sum = Int16{} + kHalf;
    for (int k = 0; k < count; ++k) {
      Byte16 pixels;
      std::memcpy(&pixels, rows[k] + x, 16);
      sum += __builtin_convertvector(pixels, Int16) * weights[k];
    }
    sum >>= kPrecisionBits;
    // Weights are not negative: only rounding could pass 255.
    sum = sum > 255 ? Int16{} + 255 : sum;
    const Byte16 result = __builtin_convertvector(sum, Byte16);
    std::memcpy(out + x, &result, 16);
  }
  for (; x < bytes; ++x) {
    int32_t sum = kHalf;
    for (int k = 0; k < count; ++k) sum += rows[k][x] * weights[k];
    out[x] = Clip(sum);
  }
}

// The rows of the picture after the horizontal pass, made when they are first
// asked for. Only as many are kept as one output row needs.
class HorizontalRows {
 public:
  HorizontalRows(const Image& image, const ResizeJob& job, int kept)
      : image_(image),
        source_(job.source),
        length_(job.region.width),
        taps_(MakeTaps(source_.width, job.size.width, job.region.x, length_)),
        kept_(kept),
        stride_(static_cast<size_t>(length_) * image.channels),
        buffer_(stride_ * kept),
        row_(image.stride() + 1) {}

  size_t stride() const { return stride_; }

  // Row `y` of the source box; calls go through rows in rising windows.
  const uint8_t* Get(int y) {
    uint8_t* to = buffer_.data() + stride_ * (y % kept_);
    if (y < next_) return to;
    next_ = y + 1;
    const int from_y = source_.y + y;
    const uint8_t* row = image_.row(from_y);
    if (from_y == image_.height - 1) {  // nothing readable behind it
      std::memcpy(row_.data(), row, image_.stride());
      row = row_.data();
    }
    row += static_cast<size_t>(source_.x) * image_.channels;
    if (image_.channels == 3) {
      HorizontalRgb(row, taps_, length_, to);
    } else {
      HorizontalGray(row, taps_, length_, to);
    }
    return to;
  }

 private:
  const Image& image_;
  const Box source_;
  const int length_;
  const Taps taps_;
  const int kept_;
  const size_t stride_;
  std::vector<uint8_t> buffer_;
  std::vector<uint8_t> row_;
  int next_ = 0;
};

}  // namespace

void ResizePillow(const Image& image, const ResizeJob& job, Image* out) {
  // Pillow skips a pass that keeps the size; the weights are exactly one then,
  // so that doing the pass changes nothing.
  const Taps down = MakeTaps(job.source.height, job.size.height, job.region.y,
                             job.region.height);
  HorizontalRows rows(image, job, down.taps);
  std::vector<const uint8_t*> window(down.taps);
  for (int y = 0; y < out->height; ++y) {
    for (int k = 0; k < down.count[y]; ++k) {
      window[k] = rows.Get(down.first[y] + k);
    }
    Vertical(window.data(), down.at(y), down.count[y], rows.stride(),
             out->row(y));
  }
}

}  // namespace alexnet
