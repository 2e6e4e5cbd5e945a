#include "core/backend/cpu/lowered/columns.h"

#include <algorithm>

#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/simd.h"

namespace alexnet::cpu {
namespace {

// Where a band's columns lie in the source, of which [begin, end) are inside.
struct Seen {
  Seen(const ConvolutionGeometry& g, const PixelBand& band)
      : top(band.row * g.window.stride_h - g.window.pad_top),
        left(band.first * g.window.stride_w - g.window.pad_left),
        rows(band.src_rows(g.window)),
        count(band.columns(g.window)),
        begin(std::clamp<int64_t>(-left, 0, count)),
        end(std::clamp<int64_t>(g.width - left, begin, count)) {}

  bool RowIsInside(const ConvolutionGeometry& g, int64_t row) const {
    return top + row >= 0 && top + row < g.height;
  }

  int64_t top;
  int64_t left;
  int64_t rows;
  int64_t count;
  int64_t begin;
  int64_t end;
};

// The columns that lie outside.
ALEXNET_INLINE void FillOutside(const Seen& seen, int64_t pixel, int64_t step,
                                float* columns) {
  const auto fill = [&](int64_t begin, int64_t end) {
    for (int64_t x = begin; x < end; ++x) {
      std::fill_n(columns + x * step, seen.rows * pixel, 0.0f);
    }
  };
  fill(0, seen.begin);
  fill(seen.end, seen.count);
}

// What is done with the channels of a block at one place of the source.
struct Gather {
  ALEXNET_INLINE static void Move(const float* blob, float* column,
                                  int64_t count) {
    for (int64_t i = 0; i < count; ++i) column[i] = blob[i];
  }
  ALEXNET_INLINE static void Outside(float* column, int64_t count) {
    for (int64_t i = 0; i < count; ++i) column[i] = 0.0f;
  }
};
struct Scatter {
  ALEXNET_INLINE static void Move(float* blob, const float* column,
                                  int64_t count) {
    for (int64_t i = 0; i < count; ++i) blob[i] += column[i];
  }
  ALEXNET_INLINE static void Outside(const float*, int64_t) {}
};

// In columns [begin, end). kBlock: the source's block where it is known, else
// 0.
template <typename Operation, int64_t kBlock, typename Blob, typename Columns>
ALEXNET_INLINE void ForEachPlace(const ConvolutionGeometry& g, const Seen& seen,
                                 const BlockRange& blocks, int64_t step,
                                 Blob* blob, Columns* columns) {
  const int64_t block = kBlock > 0 ? kBlock : g.src_block;
  for (int64_t row = 0; row < seen.rows; ++row) {
    const bool inside = seen.RowIsInside(g, row);
    for (int64_t b = blocks.begin; b < blocks.end; ++b, columns += block) {
      if (inside) {
        Blob* from =
            blob +
            ((b * g.height + seen.top + row) * g.width + seen.left) * block;
        for (int64_t x = seen.begin; x < seen.end; ++x) {
          Operation::Move(from + x * block, columns + x * step, block);
        }
      } else {
        for (int64_t x = seen.begin; x < seen.end; ++x) {
          Operation::Outside(columns + x * step, block);
        }
      }
    }
  }
}

typedef float Four __attribute__((vector_size(16)));

ALEXNET_INLINE Four LoadFour(const float* from) {
  Four values;
  __builtin_memcpy(&values, from, sizeof(values));
  return values;
}

// Four rows of four floats to columns `step` apart.
ALEXNET_INLINE void Transpose(const Four (&rows)[4], float* to, int64_t step) {
  const Four a = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
  const Four b = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
  const Four c = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
  const Four d = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
  const Four columns[] = {
      __builtin_shufflevector(a, b, 0, 1, 4, 5),
      __builtin_shufflevector(a, b, 2, 3, 6, 7),
      __builtin_shufflevector(c, d, 0, 1, 4, 5),
      __builtin_shufflevector(c, d, 2, 3, 6, 7),
  };
  for (int i = 0; i < 4; ++i) {
    __builtin_memcpy(to + i * step, &columns[i], sizeof(Four));
  }
}

// Of a dense source, four rows of planes together. At least that many.
ALEXNET_INLINE void GatherDense(const ConvolutionGeometry& g, const Seen& seen,
                                const BlockRange& channels, int64_t step,
                                const float* src, float* columns) {
  const int64_t rows = seen.rows * g.pixel(channels);
  int64_t row = 0;
  int64_t channel = channels.begin;
  // Null: outside.
  const auto next_row = [&] {
    const float* from =
        seen.RowIsInside(g, row)
            ? src + (channel * g.height + seen.top + row) * g.width + seen.left
            : nullptr;
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
    int64_t x = seen.begin;
    for (; x + 4 <= seen.end; x += 4) {
      Four values[4];
      for (int64_t i = 0; i < 4; ++i) {
        values[i] = from[i] != nullptr ? LoadFour(from[i] + x) : Four{};
      }
      Transpose(values, to + x * step, step);
    }
    for (; x < seen.end; ++x) {
      for (int64_t i = 0; i < 4; ++i) {
        to[x * step + i] = from[i] != nullptr ? from[i][x] : 0.0f;
      }
    }
  }
}

template <typename Operation, typename Blob, typename Columns>
ALEXNET_INLINE void ForEachPlace(const ConvolutionGeometry& g, const Seen& seen,
                                 const BlockRange& blocks, int64_t step,
                                 Blob* blob, Columns* columns) {
  switch (g.src_block) {
    case 1:
      return ForEachPlace<Operation, 1>(g, seen, blocks, step, blob, columns);
    case 8:
      return ForEachPlace<Operation, 8>(g, seen, blocks, step, blob, columns);
    case 16:
      return ForEachPlace<Operation, 16>(g, seen, blocks, step, blob, columns);
    default:
      return ForEachPlace<Operation, 0>(g, seen, blocks, step, blob, columns);
  }
}

}  // namespace

ALEXNET_SIMD_CLONES void GatherColumns(const ConvolutionGeometry& geometry,
                                       const PixelBand& band,
                                       const BlockRange& blocks, int64_t step,
                                       const float* src, float* columns) {
  const Seen seen(geometry, band);
  const int64_t pixel = geometry.pixel(blocks);
  FillOutside(seen, pixel, step, columns);
  if (geometry.src_block == 1 && seen.rows * pixel >= 4) {
    GatherDense(geometry, seen, blocks, step, src, columns);
  } else {
    ForEachPlace<Gather>(geometry, seen, blocks, step, src, columns);
  }
}

ALEXNET_SIMD_CLONES void ScatterColumns(const ConvolutionGeometry& geometry,
                                        const PixelBand& band,
                                        const BlockRange& blocks, int64_t step,
                                        const float* columns,
                                        float* src_gradient) {
  ForEachPlace<Scatter>(geometry, Seen(geometry, band), blocks, step,
                        src_gradient, columns);
}

}  // namespace alexnet::cpu
