#include "core/backend/cpu/lowered/outputs.h"

#include <algorithm>
#include <limits>

#include "core/backend/cpu/instruction_set.h"
#include "core/backend/cpu/planes.h"
#include "core/backend/cpu/simd.h"

namespace alexnet::cpu {
namespace {

// Where a run begins, of filter `f`.
ALEXNET_INLINE int64_t StartOf(const ConvolutionGeometry& g,
                               const PixelRun& run, int64_t f) {
  return PlaneOf(f, g.dst_block, g.pixels()) + run.pixel * g.dst_block;
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

// Calls fn with the constant that `block` is.
template <typename Fn>
ALEXNET_INLINE void WithBlock(int64_t block, const Fn& fn) {
  if (block == 1) {
    fn.template operator()<1>();
  } else if (block == 8) {
    fn.template operator()<8>();
  } else {
    fn.template operator()<16>();
  }
}

}  // namespace

ALEXNET_SIMD_CLONES void GatherGradient(const ConvolutionGeometry& geometry,
                                        const PixelRun& run, const float* dst,
                                        const float* gradient, float* to) {
  const int64_t columns = geometry.padded_filters();
  const int64_t block = geometry.dst_block;
  for (int64_t f = 0; f < geometry.filters; f += block) {
    const int64_t start = StartOf(geometry, run, f);
    const float* mask = dst == nullptr ? nullptr : dst + start;
    const float* from = gradient + start;
    WithBlock(block, [&]<int64_t kBlock>() {
      GatherBlock<kBlock>(mask, from, run.count, to + f, columns);
    });
  }
  const int64_t none = columns - geometry.filters;
  for (int64_t p = 0; p < run.count && none > 0; ++p) {
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
                                      const PixelRun& run, const float* sums,
                                      int64_t panel_step, const float* bias,
                                      bool relu, float* dst) {
  const int64_t block = geometry.dst_block;
  const int64_t panel = geometry.panel();
  for (int64_t f = 0; f < geometry.filters; f += block) {
    const float* from = sums + f / panel * panel_step + f % panel;
    const float* add = bias == nullptr ? nullptr : bias + f;
    float* to = dst + StartOf(geometry, run, f);
    WithBlock(block, [&]<int64_t kBlock>() {
      StoreBlock<kBlock>(from, panel, add, relu, run.count, to);
    });
  }
}

}  // namespace alexnet::cpu
