// Whole parameters from ranks' slices.

#ifndef ALEXNET_CORE_PARALLEL_TESTING_PUT_SLICE_H_
#define ALEXNET_CORE_PARALLEL_TESTING_PUT_SLICE_H_

#include "core/parallel/parallel_plan.h"
#include "core/tensor/tensor.h"

namespace alexnet::testing {

// Puts what `rank` holds of a parameter, dense float32, into its place in the
// whole tensor. Where the slice has another shape than the place, it fails the
// test.
void PutSlice(const ParameterPlacement& placement, int rank,
              const Tensor& slice, Tensor* whole);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_PARALLEL_TESTING_PUT_SLICE_H_
