// Convolution and fully connected layers.

#include <algorithm>
#include <vector>

#include "core/backend/reference/extents.h"
#include "core/backend/reference/ops.h"

namespace alexnet::reference {
namespace {

// Calls fn(src index, weight index, dst index) for every product of one
// convolution over one sample; taps outside the image are zero and left out.
// The products of one output are consecutive.
template <typename Fn>
void ForEachTap(const Convolution& layer, const LayerShapes& shapes,
                const Fn& fn) {
  const Extents in(shapes.in);
  const Extents out(shapes.out);
  const Window& window = shapes.window.window;
  const int64_t in_per_group = in.c / layer.groups;
  const int64_t out_per_group = out.c / layer.groups;
  for (int64_t o = 0; o < out.c; ++o) {
    const int64_t first_channel = o / out_per_group * in_per_group;
    for (int64_t oy = 0; oy < out.h; ++oy) {
      for (int64_t ox = 0; ox < out.w; ++ox) {
        const int64_t top = oy * window.stride_h - window.pad_top;
        const int64_t left = ox * window.stride_w - window.pad_left;
        const int64_t y_end = std::min(window.kernel_h, in.h - top);
        const int64_t x_end = std::min(window.kernel_w, in.w - left);
        const int64_t dst = (o * out.h + oy) * out.w + ox;
        for (int64_t i = 0; i < in_per_group; ++i) {
          for (int64_t ky = std::max<int64_t>(0, -top); ky < y_end; ++ky) {
            for (int64_t kx = std::max<int64_t>(0, -left); kx < x_end; ++kx) {
              fn(((first_channel + i) * in.h + top + ky) * in.w + left + kx,
                 ((o * in_per_group + i) * window.kernel_h + ky) *
                         window.kernel_w +
                     kx,
                 dst);
            }
          }
        }
      }
    }
  }
}

}  // namespace

template <typename W>
void ConvolutionForward(const Convolution& layer, const LayerShapes& shapes,
                        int64_t batch, const double* src, const W* weight,
                        const W* bias, double* dst) {
  const Extents out(shapes.out);
  const int64_t positions = out.h * out.w;
  for (int64_t n = 0; n < batch; ++n) {
    const double* x = src + n * shapes.in.elements();
    double* y = dst + n * out.elements();
    for (int64_t i = 0; i < out.elements(); ++i) {
      y[i] = bias == nullptr ? 0.0 : static_cast<double>(bias[i / positions]);
    }
    ForEachTap(layer, shapes, [&](int64_t s, int64_t w, int64_t d) {
      y[d] += x[s] * static_cast<double>(weight[w]);
    });
  }
}

template <typename W>
void ConvolutionBackward(const Convolution& layer, const LayerShapes& shapes,
                         int64_t batch, const double* src, const W* weight,
                         const double* dst_gradient, double* src_gradient,
                         W* weight_gradient, W* bias_gradient) {
  const Extents out(shapes.out);
  const int64_t positions = out.h * out.w;
  const int64_t in_elements = shapes.in.elements();
  if (src_gradient != nullptr) {
    std::fill_n(src_gradient, batch * in_elements, 0.0);
    for (int64_t n = 0; n < batch; ++n) {
      const double* dy = dst_gradient + n * out.elements();
      double* dx = src_gradient + n * in_elements;
      ForEachTap(layer, shapes, [&](int64_t s, int64_t w, int64_t d) {
        dx[s] += dy[d] * static_cast<double>(weight[w]);
      });
    }
  }
  if (weight_gradient != nullptr) {
    const Window& window = layer.window;
    std::vector<double> sums(
        static_cast<size_t>(out.c * (shapes.in[1] / layer.groups) *
                            window.kernel_h * window.kernel_w));
    for (int64_t n = 0; n < batch; ++n) {
      const double* x = src + n * in_elements;
      const double* dy = dst_gradient + n * out.elements();
      ForEachTap(layer, shapes, [&](int64_t s, int64_t w, int64_t d) {
        sums[static_cast<size_t>(w)] += dy[d] * x[s];
      });
    }
    for (size_t i = 0; i < sums.size(); ++i) {
      weight_gradient[i] = static_cast<W>(sums[i]);
    }
  }
  if (bias_gradient != nullptr) {
    for (int64_t o = 0; o < out.c; ++o) {
      double sum = 0.0;
      for (int64_t n = 0; n < batch; ++n) {
        const double* dy = dst_gradient + n * out.elements() + o * positions;
        for (int64_t i = 0; i < positions; ++i) sum += dy[i];
      }
      bias_gradient[o] = static_cast<W>(sum);
    }
  }
}

template <typename W>
void FullyConnectedForward(const LayerShapes& shapes, int64_t batch,
                           const double* src, const W* weight, const W* bias,
                           double* dst) {
  const int64_t in = shapes.in.elements();
  const int64_t out = shapes.out.elements();
  for (int64_t n = 0; n < batch; ++n) {
    for (int64_t o = 0; o < out; ++o) {
      double sum = bias == nullptr ? 0.0 : static_cast<double>(bias[o]);
      for (int64_t i = 0; i < in; ++i) {
        sum += src[n * in + i] * static_cast<double>(weight[o * in + i]);
      }
      dst[n * out + o] = sum;
    }
  }
}

template <typename W>
void FullyConnectedBackward(const LayerShapes& shapes, int64_t batch,
                            const double* src, const W* weight,
                            const double* dst_gradient, double* src_gradient,
                            W* weight_gradient, W* bias_gradient) {
  const int64_t in = shapes.in.elements();
  const int64_t out = shapes.out.elements();
  if (src_gradient != nullptr) {
    std::fill_n(src_gradient, batch * in, 0.0);
    for (int64_t n = 0; n < batch; ++n) {
      for (int64_t o = 0; o < out; ++o) {
        for (int64_t i = 0; i < in; ++i) {
          src_gradient[n * in + i] += dst_gradient[n * out + o] *
                                      static_cast<double>(weight[o * in + i]);
        }
      }
    }
  }
  if (weight_gradient != nullptr) {
    for (int64_t o = 0; o < out; ++o) {
      for (int64_t i = 0; i < in; ++i) {
        double sum = 0.0;
        for (int64_t n = 0; n < batch; ++n) {
          sum += dst_gradient[n * out + o] * src[n * in + i];
        }
        weight_gradient[o * in + i] = static_cast<W>(sum);
      }
    }
  }
  if (bias_gradient != nullptr) {
    for (int64_t o = 0; o < out; ++o) {
      double sum = 0.0;
      for (int64_t n = 0; n < batch; ++n) sum += dst_gradient[n * out + o];
      bias_gradient[o] = static_cast<W>(sum);
    }
  }
}

#define ALEXNET_INSTANTIATE(W)                                                 \
  template void ConvolutionForward(const Convolution&, const LayerShapes&,     \
                                   int64_t, const double*, const W*, const W*, \
                                   double*);                                   \
  template void ConvolutionBackward(const Convolution&, const LayerShapes&,    \
                                    int64_t, const double*, const W*,          \
                                    const double*, double*, W*, W*);           \
  template void FullyConnectedForward(const LayerShapes&, int64_t,             \
                                      const double*, const W*, const W*,       \
                                      double*);                                \
  template void FullyConnectedBackward(const LayerShapes&, int64_t,            \
                                       const double*, const W*, const double*, \
                                       double*, W*, W*)
ALEXNET_INSTANTIATE(float);
ALEXNET_INSTANTIATE(double);
#undef ALEXNET_INSTANTIATE

}  // namespace alexnet::reference
