// WinogradConvolution: a convolution of stride 1 by Winograd's algorithm on the
// threads of the worker that it was made on.

#ifndef ALEXNET_CORE_BACKEND_CPU_WINOGRAD_CONVOLUTION_H_
#define ALEXNET_CORE_BACKEND_CPU_WINOGRAD_CONVOLUTION_H_

#include <cstdint>

#include "core/backend/cpu/winograd/loops.h"

namespace alexnet::cpu {

class WinogradConvolution {
 public:
  // `layer` without its tiles, which follow from the form. Its channels and
  // filters, of a group, and its blocks are multiples of the loops' lanes.
  WinogradConvolution(WinogradForm form, InstructionSet set,
                      const WinogradLayer& layer, int64_t batch);

  const WinogradLoops& loops() const { return loops_; }
  // In floats.
  int64_t weight_size() const { return loops_.WeightSize(layer_); }
  int64_t scratch_size() const;

  void TransformWeights(const float* weight, float* transformed) const;
  // `bias` may be null. Scratch is aligned to 64 bytes.
  void Forward(const float* src, const float* transformed, const float* bias,
               float* dst, float* scratch) const;

 private:
  const WinogradLoops loops_;
  const WinogradLayer layer_;
  int64_t tiles_ = 0;   // of all samples
  int64_t chunks_ = 0;  // that they are worked on in
  int64_t threads_ = 0;
};

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_WINOGRAD_CONVOLUTION_H_
