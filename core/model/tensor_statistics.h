// What a model's tensors look like: their values in a few numbers, and which of
// their filters say nothing.

#ifndef ALEXNET_CORE_MODEL_TENSOR_STATISTICS_H_
#define ALEXNET_CORE_MODEL_TENSOR_STATISTICS_H_

#include <cstdint>
#include <span>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/model/model.h"

namespace alexnet {

struct TensorStatistics {
  int64_t elements = 0;
  int64_t zeros = 0;  // of either sign
  int64_t nans = 0;
  int64_t infinities = 0;  // of either sign
  // Of the finite elements; NaN where there are none.
  double min = 0.0;
  double max = 0.0;
  double mean = 0.0;
  double stddev = 0.0;  // of the population: divided by their number
  // Filters, or units of a fully connected layer: rows along the first axis of
  // a weight. 0 for other tensors.
  int64_t filters = 0;
  int64_t dead_filters = 0;       // all of whose weights are zero
  int64_t duplicate_filters = 0;  // whose weights an earlier one has as well
};

// The filters of tensors()[index]; 0 where it is no weight.
int64_t FilterCount(const Model& model, int index);

// Reads the tensor once, after comparing it with its hashes if that was not
// done before, on up to `threads` threads (0: all that the process may use);
// the result does not depend on how many. `same_as` is empty or has one element
// for each filter, which becomes -1 where the filter is dead and else the first
// filter with the same bits that sees the same inputs: itself, where there is
// none before it.
Result<TensorStatistics> MeasureTensor(const Model& model, int index,
                                       int threads, const Interrupt& interrupt,
                                       std::span<int64_t> same_as = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_TENSOR_STATISTICS_H_
