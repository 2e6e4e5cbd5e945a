// Training steps of several ranks, held against those of one.

#ifndef ALEXNET_CORE_PARALLEL_TESTING_RANK_STEPS_H_
#define ALEXNET_CORE_PARALLEL_TESTING_RANK_STEPS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/dist/communicator.h"
#include "core/exec/training_plan.h"
#include "core/parallel/parallel_plan.h"
#include "core/parallel/testing/whole_run.h"
#include "core/tensor/tensor.h"

namespace alexnet::testing {

// What ranks compute on.
struct RankDevices {
  // Of a rank, made on its thread.
  std::function<std::shared_ptr<Backend>(int rank)> backend;
  // Over the memory of the ranks' devices, by rank; null on the host.
  std::function<Result<std::vector<std::unique_ptr<Communicator>>>(
      const std::vector<std::shared_ptr<Backend>>& backends)>
      group = nullptr;
  // How far from one rank 20 steps may end, of the largest element of a tensor.
  double tolerance = 1e-5;
};

// The run that is compared: so many steps with dropout, momentum, decay and,
// where the plan can, clipping.
inline constexpr int kSteps = 20;

// What one step of it reads, over all ranks.
struct StepData {
  std::vector<float> images;
  std::vector<int32_t> labels;
};
StepData DataOf(const StepCase& test, int step);
RandomState RandomOf(int step);
UpdateRule RuleOf(ParallelKind kind);

// Of a run on one rank, or of one rank's part.
struct Trained {
  std::vector<StepResult> results;  // by step
  std::vector<Tensor> parameters;
  std::vector<Tensor> momenta;
  std::vector<float> dead_units;  // of the first step, of all ranks
};

Trained TrainOnOneRank(const StepCase& test, std::shared_ptr<Backend> backend);

// The same by a plan of `options`; expects that each rank's steps and its part
// of the parameters and momenta are `expected`, and what units it has seen
// dead.
std::vector<Trained> CheckTraining(const StepCase& test,
                                   const Trained& expected,
                                   const ParallelOptions& options,
                                   const RankDevices& devices);

// Expects, on a GPU, that plans defer what can be deferred of a step's update,
// and that ranks whose parameters are read after each step, and so updated at
// its end, come to the same bits as those that are left alone.
void CheckReadingChangesNothing(const StepCase& test,
                                const ParallelOptions& options,
                                const RankDevices& devices);

// Expects that what one of two ranks sees stops the update on both.
void CheckDivergence(const StepCase& test, ParallelKind kind,
                     const RankDevices& devices);

std::vector<ParallelOptions> PlansOfRanks(const std::vector<int>& ranks);
// "towers_2".
std::string NameOfPlan(const ParallelOptions& options);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_PARALLEL_TESTING_RANK_STEPS_H_
