// WinogradWeightGradient: the gradient of a convolution's weights by Winograd's
// algorithm. Thread safe: it keeps nothing of a call.

#ifndef ALEXNET_CORE_BACKEND_CPU_WINOGRAD_WEIGHT_GRADIENT_H_
#define ALEXNET_CORE_BACKEND_CPU_WINOGRAD_WEIGHT_GRADIENT_H_

#include <cstdint>

#include "core/backend/cpu/winograd/loops.h"

namespace alexnet::cpu {

class WinogradWeightGradient {
 public:
  // `layer` as of WinogradConvolution.
  WinogradWeightGradient(WinogradForm form, InstructionSet set,
                         const WinogradLayer& layer, int64_t batch);

  // In floats.
  int64_t scratch_size() const;

  // Of `src` and the gradient of the output before any ReLU, overwrites
  // `weight_gradient` (groups * filters, channels, taps, taps). Scratch is
  // aligned to 64 bytes.
  void Compute(const float* src, const float* dst_gradient,
               float* weight_gradient, float* scratch) const;

 private:
  const WinogradLoops loops_;
  const WinogradLayer layer_;
  int64_t tiles_ = 0;   // of all samples
  int64_t chunks_ = 0;  // that they are worked on in
};

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_WINOGRAD_WEIGHT_GRADIENT_H_
