#include "core/backend/cpu/update.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/backend/cpu/simd.h"
#include "core/base/parallel.h"

namespace alexnet::cpu {
namespace {

constexpr int64_t kGrain = 16384;

ALEXNET_SIMD_CLONES void UpdateRange(const SgdTensor& tensor, int64_t begin,
                                     int64_t end, float momentum, float scale) {
  const float shrink = tensor.rate * tensor.decay;
  const float step = tensor.rate * scale;
  float* weight = tensor.weight;
  float* velocity = tensor.velocity;
  const float* gradient = static_cast<const float*>(tensor.gradient);
#pragma GCC ivdep
  for (int64_t i = begin; i < end; ++i) {
    velocity[i] =
        momentum * velocity[i] - shrink * weight[i] - step * gradient[i];
    weight[i] += velocity[i];
  }
}

ALEXNET_SIMD_CLONES double SquaresOfRange(const float* values, int64_t begin,
                                          int64_t end) {
  // Lanes of its own for each position keep the order of the sum fixed.
  constexpr int64_t kLanes = 16;
  double lanes[kLanes] = {};
  int64_t i = begin;
  for (; i + kLanes <= end; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] += static_cast<double>(values[i + lane]) * values[i + lane];
    }
  }
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  for (; i < end; ++i) sum += static_cast<double>(values[i]) * values[i];
  return sum;
}

// One row: its loss, whether it is right, and its gradient if wanted.
double LossOfRow(const LossArgs& args, int64_t row, bool* correct) {
  const float* z = args.logits + row * args.classes;
  const int32_t label = args.labels[row];
  const float* largest = std::max_element(z, z + args.classes);
  *correct = largest - z == label;
  double sum = 0;
  for (int64_t c = 0; c < args.classes; ++c) {
    sum += std::exp(static_cast<double>(z[c]) - *largest);
  }
  const double log_sum = *largest + std::log(sum);
  const double smooth =
      args.label_smoothing / static_cast<double>(args.classes);
  double loss = (1.0 - args.label_smoothing) * (log_sum - z[label]);
  if (smooth > 0) {
    for (int64_t c = 0; c < args.classes; ++c)
      loss += smooth * (log_sum - z[c]);
  }
  const double weight =
      args.class_weights != nullptr ? args.class_weights[label] : 1.0;
  if (args.gradient == nullptr) return weight * loss;
  const double divisor =
      static_cast<double>(args.divisor > 0 ? args.divisor : args.batch);
  float* gradient = args.gradient + row * args.classes;
  for (int64_t c = 0; c < args.classes; ++c) {
    const double target =
        smooth + (c == label ? 1.0 - args.label_smoothing : 0.0);
    gradient[c] = static_cast<float>(
        weight * (std::exp(z[c] - log_sum) - target) / divisor);
  }
  return weight * loss;
}

}  // namespace

void SoftmaxCrossEntropy(const LossArgs& args) {
  LossResult result;
  // Rows are few and short beside the network; one thread keeps the order of
  // the sum.
  for (int64_t row = 0; row < args.batch; ++row) {
    bool correct = false;
    result.loss_sum += LossOfRow(args, row, &correct);
    result.correct += correct ? 1.0 : 0.0;
  }
  *args.result = result;
}

void MomentumUpdate(std::span<const SgdTensor> tensors, float momentum,
                    float scale) {
  for (const SgdTensor& tensor : tensors) {
    ParallelFor(tensor.elements, kGrain, [&](int64_t begin, int64_t end) {
      UpdateRange(tensor, begin, end, momentum, scale);
    });
  }
}

double SumOfSquares(std::span<const SgdTensor> tensors) {
  constexpr int64_t kParts = 64;
  double total = 0;
  for (const SgdTensor& tensor : tensors) {
    double parts[kParts] = {};
    ParallelFor(kParts, 1, [&](int64_t begin, int64_t end) {
      for (int64_t part = begin; part < end; ++part) {
        parts[part] = SquaresOfRange(static_cast<const float*>(tensor.gradient),
                                     tensor.elements * part / kParts,
                                     tensor.elements * (part + 1) / kParts);
      }
    });
    for (const double part : parts) total += part;
  }
  return total;
}

}  // namespace alexnet::cpu
