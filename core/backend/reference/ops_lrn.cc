// Local response normalization, section 3.3 of the paper.

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/backend/reference/extents.h"
#include "core/backend/reference/ops.h"

namespace alexnet::reference {
namespace {

// Calls fn(index of the normalized unit, index of a unit in its window) within
// one sample.
template <typename Fn>
void ForEachNeighbour(const Lrn& layer, const Extents& extents, const Fn& fn) {
  const int64_t before = (layer.size - 1) / 2;
  const int64_t after = layer.size / 2;
  const int64_t map = extents.h * extents.w;
  const int64_t run = extents.c / layer.groups;  // channels of one tower
  for (int64_t c = 0; c < extents.c; ++c) {
    for (int64_t y = 0; y < extents.h; ++y) {
      for (int64_t x = 0; x < extents.w; ++x) {
        const int64_t unit = c * map + y * extents.w + x;
        if (layer.region == LrnRegion::kAcrossChannels) {
          const int64_t first = c / run * run;
          const int64_t end = std::min(c + after + 1, first + run);
          for (int64_t i = std::max(c - before, first); i < end; ++i) {
            fn(unit, i * map + y * extents.w + x);
          }
          continue;
        }
        const int64_t y_end = std::min(y + after + 1, extents.h);
        const int64_t x_end = std::min(x + after + 1, extents.w);
        for (int64_t i = std::max<int64_t>(y - before, 0); i < y_end; ++i) {
          for (int64_t j = std::max<int64_t>(x - before, 0); j < x_end; ++j) {
            fn(unit, c * map + i * extents.w + j);
          }
        }
      }
    }
  }
}

// `a` of the formula in layer.h.
double Scale(const Lrn& layer) {
  const int64_t taps = layer.region == LrnRegion::kAcrossChannels
                           ? layer.size
                           : layer.size * layer.size;
  const double alpha = layer.alpha;
  return layer.divide_alpha ? alpha / static_cast<double>(taps) : alpha;
}

// The bases k + a * sum x^2 of one sample.
std::vector<double> Bases(const Lrn& layer, const Extents& extents,
                          const double* x) {
  std::vector<double> sums(static_cast<size_t>(extents.elements()), 0.0);
  ForEachNeighbour(layer, extents, [&](int64_t unit, int64_t other) {
    sums[static_cast<size_t>(unit)] += x[other] * x[other];
  });
  const double a = Scale(layer);
  for (double& sum : sums) sum = static_cast<double>(layer.k) + a * sum;
  return sums;
}

}  // namespace

void LrnForward(const Lrn& layer, const LayerShapes& shapes, int64_t batch,
                const double* src, double* dst) {
  const Extents extents(shapes.in);
  const double beta = layer.beta;
  for (int64_t n = 0; n < batch; ++n) {
    const double* x = src + n * extents.elements();
    double* y = dst + n * extents.elements();
    const std::vector<double> bases = Bases(layer, extents, x);
    for (size_t i = 0; i < bases.size(); ++i) {
      y[i] = x[i] * std::pow(bases[i], -beta);
    }
  }
}

// With s the bases: y_i = x_i s_i^-beta, so that
//   dx_j = g_j s_j^-beta
//          - 2 a beta x_j sum over i whose window holds j of
//            g_i x_i s_i^(-beta - 1).
void LrnBackward(const Lrn& layer, const LayerShapes& shapes, int64_t batch,
                 const double* src, const double* dst_gradient,
                 double* src_gradient) {
  const Extents extents(shapes.in);
  const double beta = layer.beta;
  const double factor = 2.0 * Scale(layer) * beta;
  for (int64_t n = 0; n < batch; ++n) {
    const double* x = src + n * extents.elements();
    const double* g = dst_gradient + n * extents.elements();
    double* dx = src_gradient + n * extents.elements();
    const std::vector<double> bases = Bases(layer, extents, x);
    for (size_t i = 0; i < bases.size(); ++i) {
      dx[i] = g[i] * std::pow(bases[i], -beta);
    }
    ForEachNeighbour(layer, extents, [&](int64_t unit, int64_t other) {
      dx[other] -= factor * x[other] * g[unit] * x[unit] *
                   std::pow(bases[static_cast<size_t>(unit)], -beta - 1.0);
    });
  }
}

}  // namespace alexnet::reference
