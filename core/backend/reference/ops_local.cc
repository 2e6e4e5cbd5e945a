// Locally connected layers.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/backend/reference/extents.h"
#include "core/backend/reference/ops.h"

namespace alexnet::reference {
namespace {

// Calls fn(src index, weight index) for each tap of the output's unit `unit`
// that lies inside the input.
template <typename Fn>
void ForEachTap(const LayerShapes& shapes, int64_t unit, const Fn& fn) {
  const Extents in(shapes.in);
  const Extents out(shapes.out);
  const Window& window = shapes.window.window;
  const int64_t top = unit / out.w % out.h * window.stride_h - window.pad_top;
  const int64_t left = unit % out.w * window.stride_w - window.pad_left;
  for (int64_t c = 0; c < in.c; ++c) {
    for (int64_t ky = 0; ky < window.kernel_h; ++ky) {
      for (int64_t kx = 0; kx < window.kernel_w; ++kx) {
        const int64_t y = top + ky;
        const int64_t x = left + kx;
        if (y < 0 || y >= in.h || x < 0 || x >= in.w) continue;
        fn((c * in.h + y) * in.w + x,
           ((unit * in.c + c) * window.kernel_h + ky) * window.kernel_w + kx);
      }
    }
  }
}

}  // namespace

template <typename W>
void LocallyConnectedForward(const LocallyConnected&, const LayerShapes& shapes,
                             int64_t batch, const double* src, const W* weight,
                             const W* bias, double* dst) {
  const int64_t units = shapes.out.elements();
  for (int64_t n = 0; n < batch; ++n) {
    const double* x = src + n * shapes.in.elements();
    for (int64_t u = 0; u < units; ++u) {
      double sum = bias == nullptr ? 0.0 : static_cast<double>(bias[u]);
      ForEachTap(shapes, u, [&](int64_t s, int64_t w) {
        sum += x[s] * static_cast<double>(weight[w]);
      });
      dst[n * units + u] = sum;
    }
  }
}

template <typename W>
void LocallyConnectedBackward(const LocallyConnected& layer,
                              const LayerShapes& shapes, int64_t batch,
                              const double* src, const W* weight,
                              const double* dst_gradient, double* src_gradient,
                              W* weight_gradient, W* bias_gradient) {
  const int64_t units = shapes.out.elements();
  const int64_t in = shapes.in.elements();
  if (src_gradient != nullptr) {
    std::fill_n(src_gradient, batch * in, 0.0);
    for (int64_t n = 0; n < batch; ++n) {
      for (int64_t u = 0; u < units; ++u) {
        const double dy = dst_gradient[n * units + u];
        ForEachTap(shapes, u, [&](int64_t s, int64_t w) {
          src_gradient[n * in + s] += dy * static_cast<double>(weight[w]);
        });
      }
    }
  }
  if (weight_gradient != nullptr) {
    const int64_t row =
        shapes.in[1] * layer.window.kernel_h * layer.window.kernel_w;
    std::vector<double> sums(static_cast<size_t>(units * row));
    for (int64_t n = 0; n < batch; ++n) {
      for (int64_t u = 0; u < units; ++u) {
        const double dy = dst_gradient[n * units + u];
        ForEachTap(shapes, u, [&](int64_t s, int64_t w) {
          sums[static_cast<size_t>(w)] += dy * src[n * in + s];
        });
      }
    }
    for (size_t i = 0; i < sums.size(); ++i) {
      weight_gradient[i] = static_cast<W>(sums[i]);
    }
  }
  if (bias_gradient != nullptr) {
    for (int64_t u = 0; u < units; ++u) {
      double sum = 0.0;
      for (int64_t n = 0; n < batch; ++n) sum += dst_gradient[n * units + u];
      bias_gradient[u] = static_cast<W>(sum);
    }
  }
}

#define ALEXNET_INSTANTIATE(W)                                             \
  template void LocallyConnectedForward(                                   \
      const LocallyConnected&, const LayerShapes&, int64_t, const double*, \
      const W*, const W*, double*);                                        \
  template void LocallyConnectedBackward(                                  \
      const LocallyConnected&, const LayerShapes&, int64_t, const double*, \
      const W*, const double*, double*, W*, W*)
ALEXNET_INSTANTIATE(float);
ALEXNET_INSTANTIATE(double);
#undef ALEXNET_INSTANTIATE

}  // namespace alexnet::reference
