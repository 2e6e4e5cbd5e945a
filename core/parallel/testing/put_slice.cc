#include "core/parallel/testing/put_slice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>

#include "core/parallel/parameter_slices.h"

namespace alexnet::testing {

void PutSlice(const ParameterPlacement& placement, int rank,
              const Tensor& slice, Tensor* whole) {
  const Range& rows = placement.rows[static_cast<size_t>(rank)];
  const auto place = RowsOf(whole->view(), rows);
  ASSERT_TRUE(place.ok()) << place.status().ToString();
  ASSERT_EQ(slice.shape(), place->shape) << "of rank " << rank;
  const int64_t row = whole->elements() / whole->shape()[0];
  std::copy_n(slice.f32(), slice.elements(), whole->f32() + rows.begin * row);
}

}  // namespace alexnet::testing
