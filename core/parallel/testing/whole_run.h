// WholeRun: one training step of a network on one rank, in float64: what every
// plan must give.

#ifndef ALEXNET_CORE_PARALLEL_TESTING_WHOLE_RUN_H_
#define ALEXNET_CORE_PARALLEL_TESTING_WHOLE_RUN_H_

#include <cstdint>
#include <vector>

#include "core/backend/update.h"
#include "core/network/network.h"
#include "core/parallel/testing/layer_math.h"
#include "core/tensor/tensor.h"

namespace alexnet::testing {

struct StepCase {
  Network network;
  NetworkInfo info;
  int64_t batch = 1;
  Values input;                    // (batch, C, H, W)
  std::vector<int> labels;         // by sample
  std::vector<Floats> parameters;  // by index
};

// Values are the same for the same network.
StepCase MakeStepCase(const Network& network, int64_t batch);

// Its parameters.
std::vector<Tensor> TensorsOf(const StepCase& step);

struct StepValues {
  double loss = 0.0;              // mean over the batch
  Values logits;                  // (batch, classes)
  std::vector<Floats> gradients;  // of the loss, by parameter
};

StepValues RunWhole(const StepCase& step);

// Of a dropout layer over the whole batch: what each unit is multiplied with.
Values DropoutMask(const StepCase& step, int layer,
                   const RandomState& random = {.seed = 5, .step = 2});

// One sample's share of the mean loss over `batch`; its gradient by `scores`,
// the logits, goes to `gradient`.
double SampleLoss(const double* scores, int64_t classes, int label,
                  int64_t batch, double* gradient);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_PARALLEL_TESTING_WHOLE_RUN_H_
