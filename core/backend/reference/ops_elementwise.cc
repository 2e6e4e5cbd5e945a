// Activations, dropout and softmax.

#include <algorithm>
#include <cmath>

#include "core/backend/reference/extents.h"
#include "core/backend/reference/ops.h"
#include "core/base/philox.h"

namespace alexnet::reference {

void ActivationForward(ActivationKind kind, int64_t elements, const double* src,
                       double* dst) {
  for (int64_t i = 0; i < elements; ++i) {
    dst[i] = kind == ActivationKind::kRelu ? std::max(src[i], 0.0)
                                           : std::tanh(src[i]);
  }
}

void ActivationBackward(ActivationKind kind, int64_t elements,
                        const double* dst, const double* dst_gradient,
                        double* src_gradient) {
  for (int64_t i = 0; i < elements; ++i) {
    const double y = dst[i];
    if (kind == ActivationKind::kRelu) {
      src_gradient[i] = y <= 0.0 ? 0.0 : dst_gradient[i];
    } else {
      src_gradient[i] = (1.0 - y * y) * dst_gradient[i];
    }
  }
}

void DropoutApply(const Dropout& layer, const DropoutDraws& draws,
                  int64_t batch, int64_t features, const double* src,
                  double* dst) {
  const RandomState& random = draws.random;
  const PhiloxKey key = PhiloxKey::FromSeed(random.seed);
  const double scale = 1.0 / (1.0 - static_cast<double>(layer.rate));
  for (int64_t n = 0; n < batch; ++n) {
    for (int64_t f = 0; f < features; ++f) {
      const int64_t unit = draws.part.Number(n, f, features);
      const PhiloxBlock block = Philox4x32(
          key, {static_cast<uint32_t>(unit / 4),
                static_cast<uint32_t>(draws.layer_index), random.step,
                static_cast<uint32_t>(RandomPurpose::kDropout)});
      const bool keep = PhiloxUniform(block.v[unit % 4]) >= layer.rate;
      const int64_t i = n * features + f;
      dst[i] = keep ? src[i] * scale : 0.0;
    }
  }
}

void SoftmaxForward(const LayerShapes& shapes, int64_t batch, const double* src,
                    double* dst) {
  const Extents extents(shapes.in);
  const int64_t map = extents.h * extents.w;
  for (int64_t n = 0; n < batch; ++n) {
    for (int64_t p = 0; p < map; ++p) {
      const double* x = src + n * extents.elements() + p;
      double* y = dst + n * extents.elements() + p;
      double largest = x[0];
      for (int64_t c = 1; c < extents.c; ++c) {
        largest = std::max(largest, x[c * map]);
      }
      double sum = 0.0;
      for (int64_t c = 0; c < extents.c; ++c) {
        y[c * map] = std::exp(x[c * map] - largest);
        sum += y[c * map];
      }
      for (int64_t c = 0; c < extents.c; ++c) y[c * map] /= sum;
    }
  }
}

// dx_c = y_c (g_c - sum over d of g_d y_d).
void SoftmaxBackward(const LayerShapes& shapes, int64_t batch,
                     const double* dst, const double* dst_gradient,
                     double* src_gradient) {
  const Extents extents(shapes.in);
  const int64_t map = extents.h * extents.w;
  for (int64_t n = 0; n < batch; ++n) {
    for (int64_t p = 0; p < map; ++p) {
      const int64_t first = n * extents.elements() + p;
      double dot = 0.0;
      for (int64_t c = 0; c < extents.c; ++c) {
        dot += dst[first + c * map] * dst_gradient[first + c * map];
      }
      for (int64_t c = 0; c < extents.c; ++c) {
        const int64_t i = first + c * map;
        src_gradient[i] = dst[i] * (dst_gradient[i] - dot);
      }
    }
  }
}

}  // namespace alexnet::reference
