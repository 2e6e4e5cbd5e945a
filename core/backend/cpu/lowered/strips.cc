#include "core/backend/cpu/lowered/strips.h"

#include <algorithm>
#include <limits>

#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/simd.h"

namespace alexnet::cpu {
namespace {

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

// kBlock: the source's block where it is known, else 0.
template <typename Operation, int64_t kBlock, typename Blob, typename Columns>
ALEXNET_INLINE void ForEachPlace(const ConvolutionGeometry& g,
                                 const PixelStrip& strip,
                                 const BlockRange& blocks, int64_t step,
                                 Blob* blob, Columns* columns) {
  const int64_t block = kBlock > 0 ? kBlock : g.src_block;
  const int64_t top = strip.row * g.window.stride_h - g.window.pad_top;
  const int64_t left = strip.first * g.window.stride_w - g.window.pad_left;
  const int64_t count = strip.columns(g.window);
  // Columns [begin, end) lie inside.
  const int64_t begin = std::clamp<int64_t>(-left, 0, count);
  const int64_t end = std::clamp<int64_t>(g.width - left, begin, count);
  for (int64_t b = blocks.begin; b < blocks.end; ++b) {
    for (int64_t y = top; y < top + g.window.kernel_h; ++y, columns += block) {
      const bool inside = y >= 0 && y < g.height;
      const int64_t first = inside ? begin : count;
      const int64_t last = inside ? end : count;
      int64_t x = 0;
      for (; x < first; ++x) Operation::Outside(columns + x * step, block);
      if (inside) {
        Blob* row = blob + ((b * g.height + y) * g.width + left) * block;
        for (; x < last; ++x) {
          Operation::Move(row + x * block, columns + x * step, block);
        }
      }
      for (; x < count; ++x) Operation::Outside(columns + x * step, block);
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

// Of a dense source, four rows of the window together. At least that many.
ALEXNET_INLINE void GatherDense(const ConvolutionGeometry& g,
                                const PixelStrip& strip,
                                const BlockRange& channels, int64_t step,
                                const float* src, float* columns) {
  const int64_t top = strip.row * g.window.stride_h - g.window.pad_top;
  const int64_t left = strip.first * g.window.stride_w - g.window.pad_left;
  const int64_t count = strip.columns(g.window);
  const int64_t begin = std::clamp<int64_t>(-left, 0, count);
  const int64_t end = std::clamp<int64_t>(g.width - left, begin, count);
  const int64_t rows = g.column(channels);
  for (int64_t done = 0; done < rows; done += 4) {
    // The last four may have some that are done.
    const int64_t first = std::min(done, rows - 4);
    const float* from[4];  // null: outside
    for (int64_t i = 0; i < 4; ++i) {
      const int64_t c = channels.begin + (first + i) / g.window.kernel_h;
      const int64_t y = top + (first + i) % g.window.kernel_h;
      from[i] = y >= 0 && y < g.height
                    ? src + (c * g.height + y) * g.width + left
                    : nullptr;
    }
    float* to = columns + first;
    const auto one_by_one = [&](int64_t x, int64_t last) {
      for (; x < last; ++x) {
        for (int64_t i = 0; i < 4; ++i) {
          to[x * step + i] =
              x >= begin && x < end && from[i] != nullptr ? from[i][x] : 0.0f;
        }
      }
    };
    one_by_one(0, begin);
    int64_t x = begin;
    for (; x + 4 <= end; x += 4) {
      Four values[4];
      for (int64_t i = 0; i < 4; ++i) {
        values[i] = from[i] != nullptr ? LoadFour(from[i] + x) : Four{};
      }
      Transpose(values, to + x * step, step);
    }
    one_by_one(x, count);
  }
}

template <typename Operation, typename Blob, typename Columns>
ALEXNET_INLINE void ForEachPlace(const ConvolutionGeometry& g,
                                 const PixelStrip& strip,
                                 const BlockRange& blocks, int64_t step,
                                 Blob* blob, Columns* columns) {
  switch (g.src_block) {
    case 1:
      return ForEachPlace<Operation, 1>(g, strip, blocks, step, blob, columns);
    case 8:
      return ForEachPlace<Operation, 8>(g, strip, blocks, step, blob, columns);
    case 16:
      return ForEachPlace<Operation, 16>(g, strip, blocks, step, blob, columns);
    default:
      return ForEachPlace<Operation, 0>(g, strip, blocks, step, blob, columns);
  }
}

// Where a strip's first pixel lies, of block `f` / dst_block.
ALEXNET_INLINE int64_t StartOf(const ConvolutionGeometry& g,
                               const PixelStrip& strip, int64_t f) {
  const int64_t block = g.dst_block;
  return f / block * block * g.pixels() +
         (strip.row * g.out_width + strip.first) * block + f % block;
}

// kBlock filters of consecutive pixels, `step` apart in `to`.
template <int64_t kBlock>
ALEXNET_INLINE void Mask(const float* __restrict dst,
                         const float* __restrict gradient, int64_t count,
                         float* __restrict to, int64_t step) {
  for (int64_t p = 0; p < count; ++p) {
    for (int64_t i = 0; i < kBlock; ++i) {
      const float value = gradient[p * kBlock + i];
      to[p * step + i] = dst[p * kBlock + i] <= 0.0f ? 0.0f : value;
    }
  }
}
template <int64_t kBlock>
ALEXNET_INLINE void Copy(const float* __restrict gradient, int64_t count,
                         float* __restrict to, int64_t step) {
  for (int64_t p = 0; p < count; ++p) {
    for (int64_t i = 0; i < kBlock; ++i) {
      to[p * step + i] = gradient[p * kBlock + i];
    }
  }
}
template <int64_t kBlock>
ALEXNET_INLINE void GatherBlock(const float* dst, const float* gradient,
                                int64_t count, float* to, int64_t step) {
  if (dst == nullptr) {
    Copy<kBlock>(gradient, count, to, step);
  } else {
    Mask<kBlock>(dst, gradient, count, to, step);
  }
}

// The same of outputs.
template <int64_t kBlock>
ALEXNET_INLINE void StoreBlock(const float* __restrict sums, int64_t step,
                               const float* bias, bool relu, int64_t count,
                               float* __restrict dst) {
  float add[kBlock] = {};
  if (bias != nullptr) std::copy_n(bias, kBlock, add);
  // Nothing is below that, and NaN is not either.
  const float least = relu ? 0.0f : -std::numeric_limits<float>::infinity();
  for (int64_t p = 0; p < count; ++p) {
    for (int64_t i = 0; i < kBlock; ++i) {
      const float sum = sums[p * step + i] + add[i];
      dst[p * kBlock + i] = sum < least ? least : sum;
    }
  }
}

}  // namespace

ALEXNET_SIMD_CLONES void GatherColumns(const ConvolutionGeometry& geometry,
                                       const PixelStrip& strip,
                                       const BlockRange& blocks, int64_t step,
                                       const float* src, float* columns) {
  if (geometry.src_block == 1 && geometry.column(blocks) >= 4) {
    GatherDense(geometry, strip, blocks, step, src, columns);
  } else {
    ForEachPlace<Gather>(geometry, strip, blocks, step, src, columns);
  }
}

ALEXNET_SIMD_CLONES void ScatterColumns(const ConvolutionGeometry& geometry,
                                        const PixelStrip& strip,
                                        const BlockRange& blocks, int64_t step,
                                        const float* columns,
                                        float* src_gradient) {
  ForEachPlace<Scatter>(geometry, strip, blocks, step, src_gradient, columns);
}

ALEXNET_SIMD_CLONES void GatherGradient(const ConvolutionGeometry& geometry,
                                        const PixelStrip& strip,
                                        const float* dst, const float* gradient,
                                        float* to) {
  const int64_t columns = geometry.padded_filters();
  const int64_t block = geometry.dst_block;
  for (int64_t f = 0; f < geometry.filters; f += block) {
    const int64_t start = StartOf(geometry, strip, f);
    const float* mask = dst == nullptr ? nullptr : dst + start;
    const float* from = gradient + start;
    if (block == 1) {
      GatherBlock<1>(mask, from, strip.count, to + f, columns);
    } else if (block == 8) {
      GatherBlock<8>(mask, from, strip.count, to + f, columns);
    } else {
      GatherBlock<16>(mask, from, strip.count, to + f, columns);
    }
  }
  const int64_t none = columns - geometry.filters;
  for (int64_t p = 0; p < strip.count && none > 0; ++p) {
    std::fill_n(to + p * columns + geometry.filters, none, 0.0f);
  }
}

ALEXNET_SIMD_CLONES void AddPixels(const float* gradient, int64_t pixels,
                                   int64_t filters, float* sums) {
  for (int64_t first = 0; first < filters; first += 16) {
    float own[16] = {};
    for (int64_t p = 0; p < pixels; ++p) {
      const float* row = gradient + p * filters + first;
      for (int64_t i = 0; i < 16; ++i) own[i] += row[i];
    }
    for (int64_t i = 0; i < 16; ++i) sums[first + i] += own[i];
  }
}

ALEXNET_SIMD_CLONES void StoreOutputs(const ConvolutionGeometry& geometry,
                                      const PixelStrip& strip,
                                      const float* sums, const float* bias,
                                      bool relu, float* dst) {
  const int64_t block = geometry.dst_block;
  const int64_t panel = geometry.panel();
  for (int64_t f = 0; f < geometry.filters; f += block) {
    const float* from = sums + f / panel * kStrip * panel + f % panel;
    const float* add = bias == nullptr ? nullptr : bias + f;
    float* to = dst + StartOf(geometry, strip, f);
    if (block == 1) {
      StoreBlock<1>(from, panel, add, relu, strip.count, to);
    } else if (block == 8) {
      StoreBlock<8>(from, panel, add, relu, strip.count, to);
    } else {
      StoreBlock<16>(from, panel, add, relu, strip.count, to);
    }
  }
}

}  // namespace alexnet::cpu
