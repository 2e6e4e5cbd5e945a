#include "core/backend/cpu/lrn_math.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/backend/cpu/simd.h"

namespace alexnet::cpu {
namespace {

// A line is a position's channels in order, each group with zeros around it so
// that windows need no test at the edges.
struct Line {
  int64_t channels;
  int64_t groups;
  int64_t margin;  // zeros before and after each group

  int64_t per_group() const { return channels / groups; }
  int64_t stride() const { return per_group() + 2 * margin; }
  int64_t length() const { return groups * stride(); }
};

Line LineOf(int64_t channels, const LrnMath& math) {
  return {channels, math.groups, math.size};
}

// power[i] = s[i]^-beta. AlexNet's 0.75 needs no logarithm.
ALEXNET_SIMD_CLONES void NegativePower(const float* s, int64_t count,
                                       float beta, float* power) {
  if (beta == 0.75f) {
    for (int64_t i = 0; i < count; ++i) {
      const float root = std::sqrt(s[i]);
      power[i] = 1.0f / (root * std::sqrt(root));
    }
    return;
  }
  for (int64_t i = 0; i < count; ++i) power[i] = std::pow(s[i], -beta);
}

// out[i] = base + scale * (sum of in[i - before .. i - before + size - 1]).
ALEXNET_SIMD_CLONES void WindowSum(const float* in, int64_t count, int64_t size,
                                   int64_t before, float scale, float base,
                                   float* out) {
  if (size == 5) {
    const float* from = in - before;
    for (int64_t i = 0; i < count; ++i) {
      out[i] = base + scale * (from[i] + from[i + 1] + from[i + 2] +
                               from[i + 3] + from[i + 4]);
    }
    return;
  }
  for (int64_t i = 0; i < count; ++i) out[i] = 0.0f;
  for (int64_t tap = 0; tap < size; ++tap) {
    const float* from = in + tap - before;
    for (int64_t i = 0; i < count; ++i) out[i] += from[i];
  }
  for (int64_t i = 0; i < count; ++i) out[i] = base + scale * out[i];
}

ALEXNET_SIMD_CLONES void Square(const float* x, int64_t count, float* out) {
  for (int64_t i = 0; i < count; ++i) out[i] = x[i] * x[i];
}

ALEXNET_SIMD_CLONES void Multiply(const float* x, const float* y, int64_t count,
                                  float* out) {
  for (int64_t i = 0; i < count; ++i) out[i] = x[i] * y[i];
}

// ratio = g x p / s with p = s^-beta.
ALEXNET_SIMD_CLONES void Ratio(const float* g, const float* x, const float* p,
                               const float* s, int64_t count, float* ratio) {
  for (int64_t i = 0; i < count; ++i) ratio[i] = g[i] * x[i] * p[i] / s[i];
}

// out = g p - scale x sum.
ALEXNET_SIMD_CLONES void Combine(const float* g, const float* p, const float* x,
                                 const float* sum, int64_t count, float scale,
                                 float* out) {
  for (int64_t i = 0; i < count; ++i) {
    out[i] = g[i] * p[i] - scale * x[i] * sum[i];
  }
}

// Copies runs of channels between a tile and its lines, `to_lines` or back.
template <bool to_lines, typename Blob>
void MoveLines(const LrnTile& tile, const Line& line, Blob* blob,
               float* lines) {
  for (int64_t c = 0; c < tile.channels;) {
    const int64_t group = c / line.per_group();
    const int64_t run = std::min(tile.block - c % tile.block,
                                 (group + 1) * line.per_group() - c);
    const int64_t in_line =
        group * line.stride() + line.margin + c % line.per_group();
    Blob* at = blob + c / tile.block * tile.block_stride + c % tile.block;
    for (int64_t p = 0; p < tile.positions; ++p) {
      float* in = lines + p * line.length() + in_line;
      if constexpr (to_lines) {
        std::memcpy(in, at + p * tile.block,
                    static_cast<size_t>(run) * sizeof(float));
      } else {
        std::memcpy(at + p * tile.block, in,
                    static_cast<size_t>(run) * sizeof(float));
      }
    }
    c += run;
  }
}

// What lies behind the last channel of a blocked blob is zero.
void ZeroPadding(const LrnTile& tile, float* blob) {
  const int64_t used = tile.channels % tile.block;
  if (used == 0) return;
  float* at = blob + tile.channels / tile.block * tile.block_stride;
  for (int64_t p = 0; p < tile.positions; ++p) {
    std::fill(at + p * tile.block + used, at + (p + 1) * tile.block, 0.0f);
  }
}

// Columns of a plane first, then its rows: each a window of `size`, clipped.
ALEXNET_SIMD_CLONES void PlaneWindowSum(const LrnPlane& plane, int64_t size,
                                        int64_t before, const float* in,
                                        float* rows, float* out) {
  const int64_t row = plane.width * plane.block;
  for (int64_t y = 0; y < plane.height; ++y) {
    float* sum = rows + y * row;
    for (int64_t i = 0; i < row; ++i) sum[i] = 0.0f;
    const int64_t first = std::max<int64_t>(0, y - before);
    const int64_t last = std::min(plane.height, y - before + size);
    for (int64_t tap = first; tap < last; ++tap) {
      const float* from = in + tap * row;
      for (int64_t i = 0; i < row; ++i) sum[i] += from[i];
    }
  }
  for (int64_t y = 0; y < plane.height; ++y) {
    for (int64_t x = 0; x < plane.width; ++x) {
      float* sum = out + y * row + x * plane.block;
      for (int64_t i = 0; i < plane.block; ++i) sum[i] = 0.0f;
      const int64_t first = std::max<int64_t>(0, x - before);
      const int64_t last = std::min(plane.width, x - before + size);
      for (int64_t tap = first; tap < last; ++tap) {
        const float* from = rows + y * row + tap * plane.block;
        for (int64_t i = 0; i < plane.block; ++i) sum[i] += from[i];
      }
    }
  }
}

ALEXNET_SIMD_CLONES void Affine(float scale, float base, int64_t count,
                                float* values) {
  for (int64_t i = 0; i < count; ++i) values[i] = base + scale * values[i];
}

}  // namespace

int64_t AcrossScratch(int64_t channels, const LrnMath& math) {
  // x, s, s^-beta, g and two lines of windows' inputs and sums, and a window
  // past the end.
  return 6 * kLrnTile * LineOf(channels, math).length() + 2 * math.size;
}

void LrnAcross(const LrnTile& tile, const LrnMath& math, const float* x,
               const float* g, float* out, float* scratch) {
  const Line line = LineOf(tile.channels, math);
  const int64_t length = tile.positions * line.length();
  const int64_t before = (math.size - 1) / 2;
  float* lines = scratch;
  float* s = lines + kLrnTile * line.length();
  float* power = s + kLrnTile * line.length();
  float* gradients = power + kLrnTile * line.length();
  float* inputs = gradients + kLrnTile * line.length() + math.size;
  float* sums = inputs + kLrnTile * line.length() + math.size;

  // Whole lines are summed at once: margins keep groups and positions apart,
  // and what is computed in a margin is not used.
  std::fill(lines, lines + length, 0.0f);
  MoveLines<true>(tile, line, x, lines);
  std::fill(inputs - math.size, inputs, 0.0f);
  std::fill(inputs + length, inputs + length + math.size, 0.0f);
  Square(lines, length, inputs);
  WindowSum(inputs, length, math.size, before, math.a, math.k, s);
  NegativePower(s, length, math.beta, power);
  if (g == nullptr) {
    Multiply(lines, power, length, sums);
  } else {
    std::fill(gradients, gradients + length, 0.0f);
    MoveLines<true>(tile, line, g, gradients);
    Ratio(gradients, lines, power, s, length, inputs);
    // The windows that hold a channel are those of the mirrored window.
    WindowSum(inputs, length, math.size, math.size - 1 - before, 1.0f, 0.0f,
              sums);
    Combine(gradients, power, lines, sums, length, 2.0f * math.a * math.beta,
            sums);
  }
  MoveLines<false>(tile, line, out, sums);
  ZeroPadding(tile, out);
}

int64_t WithinScratch(int64_t height, int64_t width, int64_t block) {
  return 4 * height * width * block;
}

void LrnWithin(const LrnPlane& plane, const LrnMath& math, const float* x,
               const float* g, float* out, float* scratch) {
  const int64_t count = plane.height * plane.width * plane.block;
  const int64_t before = (math.size - 1) / 2;
  float* inputs = scratch;
  float* rows = inputs + count;
  float* s = rows + count;
  float* power = s + count;
  Square(x, count, inputs);
  PlaneWindowSum(plane, math.size, before, inputs, rows, s);
  Affine(math.a, math.k, count, s);
  NegativePower(s, count, math.beta, power);
  if (g == nullptr) {
    Multiply(x, power, count, out);
    return;
  }
  Ratio(g, x, power, s, count, inputs);
  PlaneWindowSum(plane, math.size, math.size - 1 - before, inputs, rows, s);
  Combine(g, power, x, s, count, 2.0f * math.a * math.beta, out);
}

}  // namespace alexnet::cpu
