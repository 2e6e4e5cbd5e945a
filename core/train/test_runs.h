// Runs small enough for tests.

#ifndef ALEXNET_CORE_TRAIN_TEST_RUNS_H_
#define ALEXNET_CORE_TRAIN_TEST_RUNS_H_

#include <string>
#include <vector>

#include "core/train/train_options.h"

namespace alexnet::testing {

// An empty folder of this name under the test's folder for temporary files.
std::string FreshFolder(const std::string& name);

// Pictures of the demo's ten classes in `folder`/train and `folder`/val.
void WritePictures(const std::string& folder, int train_per_class,
                   int held_out_per_class);

// alexnet_small on 24-pixel pictures: three epochs, batch 8, two threads.
TrainOptions SmallRun(const std::string& data, const std::string& out);

// All that a checkpoint holds of a run's numbers: parameters, then momenta, bit
// by bit.
std::vector<std::vector<float>> Numbers(const std::string& checkpoint);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_TRAIN_TEST_RUNS_H_
