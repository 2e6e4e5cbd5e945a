#include "core/preprocess/resize_opencv.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace alexnet {
namespace {

constexpr int kCoefficientBits = 11;
constexpr int kCoefficientScale = 1 << kCoefficientBits;

// OpenCV rounds halves to even (cvRound).
inline int Round(float value) { return static_cast<int>(std::lrintf(value)); }

inline uint8_t Saturate(int value) {
  return static_cast<uint8_t>(std::clamp(value, 0, 255));
}

// Size ratio as OpenCV forms it: the inverse of out / in.
double Ratio(int in, int out) { return 1.0 / (static_cast<double>(out) / in); }

// For one output position: the nearest input position at or before its centre
// and the distance from it.
struct Position {
  int base;
  float fraction;
};

Position PositionOf(int i, double ratio) {
  const float exact = static_cast<float>((i + 0.5) * ratio - 0.5);
  const int base = static_cast<int>(std::floor(exact));
  return {base, exact - static_cast<float>(base)};
}

template <int kTaps>
struct Weighted {
  std::array<int, kTaps> from;  // input positions, inside the picture
  std::array<int, kTaps> weight;
};

int Fixed(float weight) { return Round(weight * kCoefficientScale); }

Weighted<2> LinearTaps(int i, int in, double ratio, bool horizontal) {
  Position position = PositionOf(i, ratio);
  if (horizontal) {  // only this direction moves onto the border pixels
    if (position.base < 0) position = {0, 0.0f};
    if (position.base >= in - 1) position = {in - 1, 0.0f};
  }
  return {{std::clamp(position.base, 0, in - 1),
           std::clamp(position.base + 1, 0, in - 1)},
          {Fixed(1.0f - position.fraction), Fixed(position.fraction)}};
}

// Keys' kernel with a = -0.75.
Weighted<4> CubicTaps(int i, int in, double ratio) {
  constexpr float kA = -0.75f;
  const Position position = PositionOf(i, ratio);
  const float x = position.fraction;
  std::array<float, 4> w;
  w[0] = ((kA * (x + 1) - 5 * kA) * (x + 1) + 8 * kA) * (x + 1) - 4 * kA;
  w[1] = ((kA + 2) * x - (kA + 3)) * x * x + 1;
  w[2] = ((kA + 2) * (1 - x) - (kA + 3)) * (1 - x) * (1 - x) + 1;
  w[3] = 1.0f - w[0] - w[1] - w[2];
  Weighted<4> taps;
  for (int k = 0; k < 4; ++k) {
    taps.from[k] = std::clamp(position.base - 1 + k, 0, in - 1);
    taps.weight[k] = Fixed(w[k]);
  }
  return taps;
}

// Runs the horizontal pass of `kTaps` weights over each input row that is
// needed, keeping the last `kTaps` of them, and hands `vertical` the rows of
// each output row.
template <int kTaps, typename Vertical>
void Separable(const Image& image, const ResizeJob& job,
               const std::vector<Weighted<kTaps>>& across,
               const std::vector<Weighted<kTaps>>& down, Image* out,
               Vertical vertical) {
  const int channels = image.channels;
  std::array<std::vector<int>, kTaps> rows;
  std::array<int, kTaps> held;
  held.fill(-1);
  for (auto& row : rows) row.resize(out->stride());
  for (int y = 0; y < out->height; ++y) {
    std::array<const int*, kTaps> window;
    for (int k = 0; k < kTaps; ++k) {
      const int from = down[y].from[k];
      const int slot = from % kTaps;  // a window's rows are neighbours
      window[k] = rows[slot].data();
      if (held[slot] == from) continue;
      held[slot] = from;
      const uint8_t* row = image.row(job.source.y + from) +
                           static_cast<size_t>(job.source.x) * channels;
      int* to = rows[slot].data();
      for (const Weighted<kTaps>& taps : across) {
        for (int c = 0; c < channels; ++c) {
          int sum = 0;
          for (int t = 0; t < kTaps; ++t) {
            sum += row[static_cast<size_t>(taps.from[t]) * channels + c] *
                   taps.weight[t];
          }
          *to++ = sum;
        }
      }
    }
    vertical(window, down[y].weight, out->row(y));
  }
}

// Sums of whole blocks, where both sides shrink by whole numbers.
void AreaBlocks(const Image& image, const ResizeJob& job, int block_width,
                int block_height, Image* out) {
  const int channels = image.channels;
  const float scale = 1.0f / static_cast<float>(block_width * block_height);
  const bool halves = block_width == 2 && block_height == 2;
  for (int y = 0; y < out->height; ++y) {
    uint8_t* to = out->row(y);
    const int from_y = job.source.y + (job.region.y + y) * block_height;
    for (int x = 0; x < out->width; ++x) {
      const size_t from_x = static_cast<size_t>(job.source.x) +
                            static_cast<size_t>(job.region.x + x) *
                                static_cast<size_t>(block_width);
      for (int c = 0; c < channels; ++c) {
        int64_t sum = 0;
        for (int dy = 0; dy < block_height; ++dy) {
          const uint8_t* from = image.row(from_y + dy) + from_x * channels + c;
          for (int dx = 0; dx < block_width; ++dx) {
            sum += from[static_cast<size_t>(dx) * channels];
          }
        }
        *to++ = halves ? static_cast<uint8_t>((sum + 2) >> 2)
                       : Saturate(Round(static_cast<float>(sum) * scale));
      }
    }
  }
}

// The input positions under one output position and how much of it each covers.
struct Cover {
  int first = 0;
  std::vector<float> weights;
};

Cover CoverOf(int i, int in, double ratio) {
  constexpr double kLeast = 1e-3;  // a thinner slice is left out
  const double begin = i * ratio;
  const double end = begin + ratio;
  const double cell = std::min(ratio, in - begin);
  const int last = std::min(static_cast<int>(std::floor(end)), in - 1);
  const int first = std::min(static_cast<int>(std::ceil(begin)), last);
  Cover cover;
  cover.first = first;
  if (first - begin > kLeast) {
    cover.first = first - 1;
    cover.weights.push_back(static_cast<float>((first - begin) / cell));
  }
  for (int k = first; k < last; ++k) {
    cover.weights.push_back(static_cast<float>(1.0 / cell));
  }
  if (end - last > kLeast) {
    cover.weights.push_back(
        static_cast<float>(std::min(std::min(end - last, 1.0), cell) / cell));
  }
  return cover;
}

void AreaWeighted(const Image& image, const ResizeJob& job, double ratio_x,
                  double ratio_y, Image* out) {
  const int channels = image.channels;
  std::vector<Cover> across;
  across.reserve(static_cast<size_t>(out->width));
  for (int x = 0; x < out->width; ++x) {
    across.push_back(CoverOf(job.region.x + x, job.source.width, ratio_x));
  }
  std::vector<float> sums(out->stride());
  for (int y = 0; y < out->height; ++y) {
    const Cover down = CoverOf(job.region.y + y, job.source.height, ratio_y);
    std::fill(sums.begin(), sums.end(), 0.0f);
    for (size_t k = 0; k < down.weights.size(); ++k) {
      const uint8_t* row =
          image.row(job.source.y + down.first + static_cast<int>(k)) +
          static_cast<size_t>(job.source.x) * channels;
      float* to = sums.data();
      for (const Cover& cover : across) {
        for (int c = 0; c < channels; ++c) {
          const uint8_t* from =
              row + static_cast<size_t>(cover.first) * channels + c;
          float sum = 0.0f;
          for (size_t t = 0; t < cover.weights.size(); ++t) {
            sum += from[t * channels] * cover.weights[t];
          }
          *to++ += down.weights[k] * sum;
        }
      }
    }
    uint8_t* to = out->row(y);
    for (const float sum : sums) *to++ = Saturate(Round(sum));
  }
}

// The whole number that `ratio` is, or 0.
int WholeRatio(double ratio) {
  const int whole = static_cast<int>(std::lrint(ratio));
  return std::abs(ratio - whole) < 2.220446049250313e-16 ? whole : 0;
}

}  // namespace

void ResizeOpenCvLinear(const Image& image, const ResizeJob& job, Image* out) {
  const double ratio_x = Ratio(job.source.width, job.size.width);
  const double ratio_y = Ratio(job.source.height, job.size.height);
  if (WholeRatio(ratio_x) == 2 && WholeRatio(ratio_y) == 2) {
    AreaBlocks(image, job, 2, 2, out);  // as OpenCV does
    return;
  }
  std::vector<Weighted<2>> across;
  std::vector<Weighted<2>> down;
  across.reserve(static_cast<size_t>(out->width));
  down.reserve(static_cast<size_t>(out->height));
  for (int x = 0; x < out->width; ++x) {
    across.push_back(
        LinearTaps(job.region.x + x, job.source.width, ratio_x, true));
  }
  for (int y = 0; y < out->height; ++y) {
    down.push_back(
        LinearTaps(job.region.y + y, job.source.height, ratio_y, false));
  }
  const size_t length = out->stride();
  Separable<2>(image, job, across, down, out,
               [length](const std::array<const int*, 2>& rows,
                        const std::array<int, 2>& weights, uint8_t* to) {
                 for (size_t x = 0; x < length; ++x) {
                   to[x] = static_cast<uint8_t>(
                       (((weights[0] * (rows[0][x] >> 4)) >> 16) +
                        ((weights[1] * (rows[1][x] >> 4)) >> 16) + 2) >>
                       2);
                 }
               });
}

void ResizeOpenCvCubic(const Image& image, const ResizeJob& job, Image* out) {
  const double ratio_x = Ratio(job.source.width, job.size.width);
  const double ratio_y = Ratio(job.source.height, job.size.height);
  std::vector<Weighted<4>> across;
  std::vector<Weighted<4>> down;
  across.reserve(static_cast<size_t>(out->width));
  down.reserve(static_cast<size_t>(out->height));
  for (int x = 0; x < out->width; ++x) {
    across.push_back(CubicTaps(job.region.x + x, job.source.width, ratio_x));
  }
  for (int y = 0; y < out->height; ++y) {
    down.push_back(CubicTaps(job.region.y + y, job.source.height, ratio_y));
  }
  const size_t length = out->stride();
  Separable<4>(image, job, across, down, out,
               [length](const std::array<const int*, 4>& rows,
                        const std::array<int, 4>& weights, uint8_t* to) {
                 constexpr float kScale =
                     1.0f / (kCoefficientScale * kCoefficientScale);
                 std::array<float, 4> w;
                 for (int k = 0; k < 4; ++k) {
                   w[k] = static_cast<float>(weights[k]) * kScale;
                 }
                 for (size_t x = 0; x < length; ++x) {
                   const float sum = static_cast<float>(rows[0][x]) * w[0] +
                                     (static_cast<float>(rows[1][x]) * w[1] +
                                      (static_cast<float>(rows[2][x]) * w[2] +
                                       static_cast<float>(rows[3][x]) * w[3]));
                   to[x] = Saturate(Round(sum));
                 }
               });
}

void ResizeOpenCvArea(const Image& image, const ResizeJob& job, Image* out) {
  const double ratio_x = Ratio(job.source.width, job.size.width);
  const double ratio_y = Ratio(job.source.height, job.size.height);
  const int whole_x = WholeRatio(ratio_x);
  const int whole_y = WholeRatio(ratio_y);
  if (whole_x > 0 && whole_y > 0) {
    AreaBlocks(image, job, whole_x, whole_y, out);
  } else {
    AreaWeighted(image, job, ratio_x, ratio_y, out);
  }
}

}  // namespace alexnet
