#include "core/backend/cpu/lrn_math.h"

#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/simd.h"
#include "core/base/checked_math.h"

namespace alexnet::cpu {
namespace {

// A line is a position's channels in order, a margin of zeros behind each
// group's, so that windows need no test at the edges.
struct Line {
  int64_t channels;
  int64_t groups;
  int64_t margin;

  int64_t per_group() const { return channels / groups; }
  int64_t stride() const { return per_group() + margin; }
  int64_t length() const { return groups * stride(); }
};

Line LineOf(int64_t channels, const LrnMath& math) {
  return {channels, math.groups, math.size};
}

// What an instruction set's loops do with elements in a row.
struct LrnLoops {
  // Copies a tile's channels to its lines, and back.
  void (*gather)(const LrnTile& tile, const Line& line, const float* blob,
                 float* lines);
  void (*scatter)(const LrnTile& tile, const Line& line, const float* lines,
                  float* blob);
  // squares = x^2.
  void (*square)(const float* x, int64_t count, float* squares);
  // sums[i] = the sum of values[i - before .. i - before + size - 1].
  void (*sum_windows)(const float* values, int64_t count, int64_t size,
                      int64_t before, float* sums);
  // y = x s^-beta with s = k + a sums, which may be y.
  void (*normalize)(const LrnMath& math, const float* x, const float* sums,
                    int64_t count, float* y);
  // scaled = g s^-beta and ratio = g x s^-(beta + 1).
  void (*scale_gradient)(const LrnMath& math, const float* g, const float* x,
                         const float* sums, int64_t count, float* scaled,
                         float* ratio);
  // dx = scaled - 2 a beta x sums, where sums are the ratio's and may be dx.
  void (*finish_gradient)(const LrnMath& math, const float* scaled,
                          const float* x, const float* sums, int64_t count,
                          float* dx);
};

namespace baseline {
constexpr int kLanes = 4;
#include "core/backend/cpu/vectors.inc"
ALEXNET_INLINE bool AllWithin(const Floats& values, float least, float most) {
  return _mm_movemask_ps(_mm_and_ps(_mm_cmpge_ps(values, _mm_set1_ps(least)),
                                    _mm_cmple_ps(values, _mm_set1_ps(most)))) ==
         0xf;
}
#include "core/backend/cpu/lrn_loops.inc"
}  // namespace baseline

ALEXNET_BEGIN_AVX2
namespace avx2 {
constexpr int kLanes = 8;
#include "core/backend/cpu/vectors.inc"
ALEXNET_INLINE bool AllWithin(const Floats& values, float least, float most) {
  return _mm256_movemask_ps(_mm256_and_ps(
             _mm256_cmp_ps(values, _mm256_set1_ps(least), _CMP_GE_OQ),
             _mm256_cmp_ps(values, _mm256_set1_ps(most), _CMP_LE_OQ))) == 0xff;
}
#include "core/backend/cpu/lrn_loops.inc"
}  // namespace avx2
ALEXNET_END_INSTRUCTION_SET

ALEXNET_BEGIN_AVX512
namespace avx512 {
constexpr int kLanes = 16;
#include "core/backend/cpu/vectors.inc"
ALEXNET_INLINE bool AllWithin(const Floats& values, float least, float most) {
  return _mm512_mask_cmp_ps_mask(
             _mm512_cmp_ps_mask(values, _mm512_set1_ps(least), _CMP_GE_OQ),
             values, _mm512_set1_ps(most), _CMP_LE_OQ) == 0xffff;
}
#include "core/backend/cpu/lrn_loops.inc"
}  // namespace avx512
ALEXNET_END_INSTRUCTION_SET

const LrnLoops& Loops() {
  static const LrnLoops loops = OfUsedInstructionSet(
      baseline::LoopsOf(), avx2::LoopsOf(), avx512::LoopsOf());
  return loops;
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

// Floats of lines, with a margin before the first.
int64_t LineBuffer(const Line& line) {
  return RoundUp<int64_t>(line.margin + kLrnTile * line.length() + line.margin,
                          16);
}

// What is behind each group is no element's.
void ZeroMargins(const LrnTile& tile, const Line& line, float* lines) {
  for (int64_t i = 0; i < tile.positions * line.groups; ++i) {
    std::fill_n(lines + i * line.stride() + line.per_group(), line.margin,
                0.0f);
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

int64_t PlaneBuffer(int64_t count) { return RoundUp<int64_t>(count, 16); }

}  // namespace

int64_t AcrossScratch(int64_t channels, const LrnMath& math) {
  return 5 * LineBuffer(LineOf(channels, math));
}

void LrnAcross(const LrnTile& tile, const LrnMath& math, const float* x,
               const float* g, float* out, float* scratch) {
  const LrnLoops& loops = Loops();
  const Line line = LineOf(tile.channels, math);
  const int64_t length = tile.positions * line.length();
  const int64_t before = (math.size - 1) / 2;
  // Whole lines are worked on at once: margins keep groups and positions apart,
  // and what is computed in a margin is not used.
  const auto buffer = [&](int64_t number) {
    return scratch + number * LineBuffer(line) + line.margin;
  };
  float* lines = buffer(0);
  float* inputs = buffer(1);
  float* sums = buffer(2);
  std::fill(lines, lines + length, 0.0f);
  loops.gather(tile, line, x, lines);
  std::fill(inputs - line.margin, inputs, 0.0f);
  std::fill(inputs + length, inputs + length + line.margin, 0.0f);
  loops.square(lines, length, inputs);
  loops.sum_windows(inputs, length, math.size, before, sums);
  if (g == nullptr) {
    loops.normalize(math, lines, sums, length, sums);
  } else {
    float* gradients = buffer(3);
    float* scaled = buffer(4);
    std::fill(gradients, gradients + length, 0.0f);
    loops.gather(tile, line, g, gradients);
    loops.scale_gradient(math, gradients, lines, sums, length, scaled, inputs);
    ZeroMargins(tile, line, inputs);
    // The windows that hold a channel are those of the mirrored window.
    loops.sum_windows(inputs, length, math.size, math.size - 1 - before, sums);
    loops.finish_gradient(math, scaled, lines, sums, length, sums);
  }
  loops.scatter(tile, line, sums, out);
  ZeroPadding(tile, out);
}

int64_t WithinScratch(int64_t height, int64_t width, int64_t block) {
  return 4 * PlaneBuffer(height * width * block);
}

void LrnWithin(const LrnPlane& plane, const LrnMath& math, const float* x,
               const float* g, float* out, float* scratch) {
  const LrnLoops& loops = Loops();
  const int64_t count = plane.height * plane.width * plane.block;
  const int64_t before = (math.size - 1) / 2;
  float* inputs = scratch;
  float* rows = inputs + PlaneBuffer(count);
  float* sums = rows + PlaneBuffer(count);
  float* scaled = sums + PlaneBuffer(count);
  loops.square(x, count, inputs);
  PlaneWindowSum(plane, math.size, before, inputs, rows, sums);
  if (g == nullptr) {
    loops.normalize(math, x, sums, count, out);
    return;
  }
  loops.scale_gradient(math, g, x, sums, count, scaled, inputs);
  PlaneWindowSum(plane, math.size, math.size - 1 - before, inputs, rows, sums);
  loops.finish_gradient(math, scaled, x, sums, count, out);
}

}  // namespace alexnet::cpu
