// Splitting a data set into training and held-out samples where it brings no
// validation folder.

#ifndef ALEXNET_CORE_DATA_SPLIT_H_
#define ALEXNET_CORE_DATA_SPLIT_H_

#include <cstdint>
#include <vector>

#include "core/base/status.h"
#include "core/data/dataset.h"

namespace alexnet {

struct DataSplit {
  std::vector<int64_t> train;       // rising
  std::vector<int64_t> validation;  // rising
};

// Holds out `fraction` of each class, rounded, but at least one picture and
// never all of a class that has two or more. Which ones depends on the seed and
// the samples' names only, so it is the same on every machine, and adding a
// picture moves at most one other per class. `fraction` is at
// least 0 and below 1.
Result<DataSplit> SplitDataset(const Dataset& dataset, double fraction,
                               uint64_t seed);

// All of a data set's indices, rising.
std::vector<int64_t> AllIndices(const Dataset& dataset);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_SPLIT_H_
