// Pooling and adaptive average pooling.

#include <algorithm>
#include <cmath>

#include "core/backend/reference/extents.h"
#include "core/backend/reference/ops.h"

namespace alexnet::reference {
namespace {

// One pooling window over one map: the taps inside it, and what an average is
// divided by.
struct Taps {
  int64_t top;
  int64_t bottom;  // one past
  int64_t left;
  int64_t right;  // one past
  double divisor;
};

Taps PoolingTaps(const Pooling& layer, const LayerShapes& shapes, int64_t oy,
                 int64_t ox) {
  const Extents in(shapes.in);
  const Window& window = layer.window;
  Taps taps{};
  taps.top = oy * window.stride_h - window.pad_top;
  taps.left = ox * window.stride_w - window.pad_left;
  // With its padding, but not beyond it.
  taps.bottom = std::min(taps.top + window.kernel_h, in.h + window.pad_bottom);
  taps.right = std::min(taps.left + window.kernel_w, in.w + window.pad_right);
  const int64_t padded = (taps.bottom - taps.top) * (taps.right - taps.left);
  taps.top = std::max<int64_t>(taps.top, 0);
  taps.left = std::max<int64_t>(taps.left, 0);
  taps.bottom = std::min(taps.bottom, in.h);
  taps.right = std::min(taps.right, in.w);
  const int64_t inside = (taps.bottom - taps.top) * (taps.right - taps.left);
  taps.divisor = static_cast<double>(layer.count_padding ? padded : inside);
  return taps;
}

Taps AdaptiveTaps(const LayerShapes& shapes, int64_t oy, int64_t ox) {
  const Extents in(shapes.in);
  const Extents out(shapes.out);
  Taps taps{};
  taps.top = oy * in.h / out.h;
  taps.bottom = ((oy + 1) * in.h + out.h - 1) / out.h;
  taps.left = ox * in.w / out.w;
  taps.right = ((ox + 1) * in.w + out.w - 1) / out.w;
  taps.divisor =
      static_cast<double>((taps.bottom - taps.top) * (taps.right - taps.left));
  return taps;
}

// Calls fn(map, index into the output map, oy, ox) for all outputs, `map`
// counting through samples and channels.
template <typename Fn>
void ForEachOutput(const LayerShapes& shapes, int64_t batch, const Fn& fn) {
  const Extents out(shapes.out);
  for (int64_t map = 0; map < batch * out.c; ++map) {
    for (int64_t oy = 0; oy < out.h; ++oy) {
      for (int64_t ox = 0; ox < out.w; ++ox) {
        fn(map, (map * out.h + oy) * out.w + ox, oy, ox);
      }
    }
  }
}

double Average(const Taps& taps, const double* map, int64_t width) {
  double sum = 0.0;
  for (int64_t y = taps.top; y < taps.bottom; ++y) {
    for (int64_t x = taps.left; x < taps.right; ++x) sum += map[y * width + x];
  }
  return sum / taps.divisor;
}

void SpreadAverage(const Taps& taps, double gradient, double* map,
                   int64_t width) {
  for (int64_t y = taps.top; y < taps.bottom; ++y) {
    for (int64_t x = taps.left; x < taps.right; ++x) {
      map[y * width + x] += gradient / taps.divisor;
    }
  }
}

// The first of equal ones; the last NaN, where there are any.
int64_t IndexOfMaximum(const Taps& taps, const double* map, int64_t width) {
  int64_t best = taps.top * width + taps.left;
  for (int64_t y = taps.top; y < taps.bottom; ++y) {
    for (int64_t x = taps.left; x < taps.right; ++x) {
      const double value = map[y * width + x];
      if (value > map[best] || std::isnan(value)) best = y * width + x;
    }
  }
  return best;
}

}  // namespace

void PoolingForward(const Pooling& layer, const LayerShapes& shapes,
                    int64_t batch, const double* src, double* dst) {
  const Extents in(shapes.in);
  ForEachOutput(
      shapes, batch, [&](int64_t map, int64_t d, int64_t oy, int64_t ox) {
        const Taps taps = PoolingTaps(layer, shapes, oy, ox);
        const double* x = src + map * in.h * in.w;
        dst[d] = layer.kind == PoolKind::kMax ? x[IndexOfMaximum(taps, x, in.w)]
                                              : Average(taps, x, in.w);
      });
}

void PoolingBackward(const Pooling& layer, const LayerShapes& shapes,
                     int64_t batch, const double* src,
                     const double* dst_gradient, double* src_gradient) {
  const Extents in(shapes.in);
  std::fill_n(src_gradient, batch * in.elements(), 0.0);
  ForEachOutput(shapes, batch,
                [&](int64_t map, int64_t d, int64_t oy, int64_t ox) {
                  const Taps taps = PoolingTaps(layer, shapes, oy, ox);
                  double* dx = src_gradient + map * in.h * in.w;
                  if (layer.kind == PoolKind::kMax) {
                    const double* x = src + map * in.h * in.w;
                    dx[IndexOfMaximum(taps, x, in.w)] += dst_gradient[d];
                  } else {
                    SpreadAverage(taps, dst_gradient[d], dx, in.w);
                  }
                });
}

void AdaptivePoolingForward(const LayerShapes& shapes, int64_t batch,
                            const double* src, double* dst) {
  const Extents in(shapes.in);
  ForEachOutput(shapes, batch,
                [&](int64_t map, int64_t d, int64_t oy, int64_t ox) {
                  dst[d] = Average(AdaptiveTaps(shapes, oy, ox),
                                   src + map * in.h * in.w, in.w);
                });
}

void AdaptivePoolingBackward(const LayerShapes& shapes, int64_t batch,
                             const double* dst_gradient, double* src_gradient) {
  const Extents in(shapes.in);
  std::fill_n(src_gradient, batch * in.elements(), 0.0);
  ForEachOutput(shapes, batch,
                [&](int64_t map, int64_t d, int64_t oy, int64_t ox) {
                  SpreadAverage(AdaptiveTaps(shapes, oy, ox), dst_gradient[d],
                                src_gradient + map * in.h * in.w, in.w);
                });
}

}  // namespace alexnet::reference
