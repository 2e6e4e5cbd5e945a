#include "core/backend/cpu/lowered/columns.h"

#include <algorithm>

#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/simd.h"

namespace alexnet::cpu {
namespace {

constexpr int kLanes = 4;
#include "core/backend/cpu/vectors.inc"

// Columns that follow one another in the source as where they are laid out: all
// of a band's, or one pixel's where windows do not touch. Those of [begin, end)
// and rows [top, bottom) lie inside the source.
struct Stretch {
  Stretch(const ConvolutionGeometry& geometry, const PixelBand& band,
          int64_t index)
      : g(geometry),
        count(g.window.stride_w > g.window.kernel_w ? g.window.kernel_w
                                                    : band.columns(g)),
        left((band.first + index) * g.window.stride_w - g.window.pad_left),
        begin(std::clamp<int64_t>(-left, 0, count)),
        end(std::clamp<int64_t>(g.width - left, begin, count)),
        rows(band.src_rows(g)),
        first_row(band.row * g.window.stride_h - g.window.pad_top) {
    while (top < rows && SourceRow(top) < 0) ++top;
    bottom = top;
    while (bottom < rows && SourceRow(bottom) < g.height) ++bottom;
  }

  // Where row `row` of what is laid out lies.
  int64_t SourceRow(int64_t row) const {
    const int64_t kernel = g.window.kernel_h;
    if (g.window.stride_h <= kernel) return first_row + row;
    return first_row + row / kernel * g.window.stride_h + row % kernel;
  }

  const ConvolutionGeometry& g;
  int64_t count;
  int64_t left;
  int64_t begin;
  int64_t end;
  int64_t rows;
  int64_t first_row;
  int64_t top = 0;
  int64_t bottom = 0;
};

// Calls fn(stretch, where its first column is laid out).
template <typename Columns, typename Fn>
ALEXNET_INLINE void ForEachStretch(const ConvolutionGeometry& g,
                                   const PixelBand& band, int64_t step,
                                   Columns* columns, const Fn& fn) {
  const bool apart = g.window.stride_w > g.window.kernel_w;
  for (int64_t i = 0; i < (apart ? band.count : 1); ++i) {
    fn(Stretch(g, band, i), columns + i * g.window.kernel_w * step);
  }
}

// Zeros for what lies outside, of `pixel` floats a row.
ALEXNET_INLINE void FillOutside(const Stretch& stretch, int64_t pixel,
                                int64_t step, float* columns) {
  for (int64_t x = 0; x < stretch.count; ++x) {
    float* column = columns + x * step;
    const bool inside = x >= stretch.begin && x < stretch.end;
    const int64_t top = inside ? stretch.top : stretch.rows;
    const int64_t bottom = inside ? stretch.bottom : stretch.rows;
    std::fill_n(column, top * pixel, 0.0f);
    std::fill(column + bottom * pixel, column + stretch.rows * pixel, 0.0f);
  }
}

// What is done with the channels of a block at one place of the source.
struct Gather {
  ALEXNET_INLINE static void Move(const float* blob, float* column,
                                  int64_t count) {
    for (int64_t i = 0; i < count; ++i) column[i] = blob[i];
  }
};
struct Scatter {
  ALEXNET_INLINE static void Move(float* blob, const float* column,
                                  int64_t count) {
    for (int64_t i = 0; i < count; ++i) blob[i] += column[i];
  }
};

// Of what lies inside. kBlock: the source's block where it is known, else 0.
template <typename Operation, int64_t kBlock, typename Blob, typename Columns>
ALEXNET_INLINE void MoveBlocks(const Stretch& stretch, const BlockRange& blocks,
                               int64_t step, Blob* blob, Columns* columns) {
  const ConvolutionGeometry& g = stretch.g;
  const int64_t block = kBlock > 0 ? kBlock : g.src_block;
  columns += stretch.top * g.pixel(blocks);
  for (int64_t row = stretch.top; row < stretch.bottom; ++row) {
    const int64_t y = stretch.SourceRow(row);
    for (int64_t b = blocks.begin; b < blocks.end; ++b, columns += block) {
      Blob* from = blob + ((b * g.height + y) * g.width + stretch.left) * block;
      for (int64_t x = stretch.begin; x < stretch.end; ++x) {
        Operation::Move(from + x * block, columns + x * step, block);
      }
    }
  }
}
template <typename Operation, typename Blob, typename Columns>
ALEXNET_INLINE void MoveBlocks(const Stretch& stretch, const BlockRange& blocks,
                               int64_t step, Blob* blob, Columns* columns) {
  switch (stretch.g.src_block) {
    case 1:
      return MoveBlocks<Operation, 1>(stretch, blocks, step, blob, columns);
    case 8:
      return MoveBlocks<Operation, 8>(stretch, blocks, step, blob, columns);
    case 16:
      return MoveBlocks<Operation, 16>(stretch, blocks, step, blob, columns);
    default:
      return MoveBlocks<Operation, 0>(stretch, blocks, step, blob, columns);
  }
}

// Four rows of four floats to columns `step` apart.
ALEXNET_INLINE void Transpose(const Floats (&rows)[4], float* to,
                              int64_t step) {
  const Floats a = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
  const Floats b = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
  const Floats c = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
  const Floats d = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
  Store(__builtin_shufflevector(a, b, 0, 1, 4, 5), to);
  Store(__builtin_shufflevector(a, b, 2, 3, 6, 7), to + step);
  Store(__builtin_shufflevector(c, d, 0, 1, 4, 5), to + 2 * step);
  Store(__builtin_shufflevector(c, d, 2, 3, 6, 7), to + 3 * step);
}

// Of a dense source, four rows of planes together. There are at least as many.
ALEXNET_INLINE void GatherDense(const Stretch& stretch,
                                const BlockRange& channels, int64_t step,
                                const float* src, float* columns) {
  const ConvolutionGeometry& g = stretch.g;
  columns += stretch.top * g.pixel(channels);
  const int64_t rows = (stretch.bottom - stretch.top) * g.pixel(channels);
  int64_t row = stretch.top;
  int64_t channel = channels.begin;
  const auto next_row = [&] {
    const float* from =
        src + (channel * g.height + stretch.SourceRow(row)) * g.width +
        stretch.left;
    if (++channel == channels.end) {
      channel = channels.begin;
      ++row;
    }
    return from;
  };
  const float* from[4];
  for (int64_t done = 0; done < rows; done += 4) {
    // The last four may have some that are done.
    const int64_t first = std::min(done, rows - 4);
    const int64_t again = done - first;
    for (int64_t i = 0; i < again; ++i) from[i] = from[i + 4 - again];
    for (int64_t i = again; i < 4; ++i) from[i] = next_row();
    float* to = columns + first;
    int64_t x = stretch.begin;
    for (; x + 4 <= stretch.end; x += 4) {
      const Floats values[] = {Load(from[0] + x), Load(from[1] + x),
                               Load(from[2] + x), Load(from[3] + x)};
      Transpose(values, to + x * step, step);
    }
    for (; x < stretch.end; ++x) {
      for (int64_t i = 0; i < 4; ++i) to[x * step + i] = from[i][x];
    }
  }
}

}  // namespace

ALEXNET_SIMD_CLONES void GatherColumns(const ConvolutionGeometry& geometry,
                                       const PixelBand& band,
                                       const BlockRange& blocks, int64_t step,
                                       const float* src, float* columns) {
  const int64_t pixel = geometry.pixel(blocks);
  ForEachStretch(geometry, band, step, columns,
                 [&](const Stretch& stretch, float* to) {
                   FillOutside(stretch, pixel, step, to);
                   const int64_t rows = stretch.bottom - stretch.top;
                   if (geometry.src_block == 1 && rows * pixel >= 4) {
                     GatherDense(stretch, blocks, step, src, to);
                   } else {
                     MoveBlocks<Gather>(stretch, blocks, step, src, to);
                   }
                 });
}

ALEXNET_SIMD_CLONES void ScatterColumns(const ConvolutionGeometry& geometry,
                                        const PixelBand& band,
                                        const BlockRange& blocks, int64_t step,
                                        const float* columns,
                                        float* src_gradient) {
  ForEachStretch(geometry, band, step, columns,
                 [&](const Stretch& stretch, const float* from) {
                   MoveBlocks<Scatter>(stretch, blocks, step, src_gradient,
                                       from);
                 });
}

}  // namespace alexnet::cpu
