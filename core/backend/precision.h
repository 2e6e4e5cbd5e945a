// Precision: what a GPU computes in.

#ifndef ALEXNET_CORE_BACKEND_PRECISION_H_
#define ALEXNET_CORE_BACKEND_PRECISION_H_

#include <cstdint>

namespace alexnet {

// Sums are float32 in each, and so are the loss, softmax, and in training the
// parameters and momenta that are kept.
enum class Precision : int8_t {
  kF32 = 0,   // float32 throughout
  kTf32 = 1,  // float32, products of 10-bit mantissas on tensor cores
  kBf16 = 2,  // blobs, and the weights that kernels read, in bfloat16
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_PRECISION_H_
