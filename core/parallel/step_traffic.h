// StepTraffic: what the ranks of a plan exchange in one training step.

#ifndef ALEXNET_CORE_PARALLEL_STEP_TRAFFIC_H_
#define ALEXNET_CORE_PARALLEL_STEP_TRAFFIC_H_

#include <cstdint>
#include <vector>

#include "core/network/network.h"
#include "core/parallel/parallel_plan.h"

namespace alexnet {

// Elements, each sent to another rank or received from one. What a rank keeps
// for itself is not counted.
struct RankTraffic {
  int64_t sent = 0;
  int64_t received = 0;

  bool operator==(const RankTraffic&) const = default;
};

// What ranks do together at one place of the step.
struct StepExchange {
  enum class Kind : int8_t {
    kForward,   // values of a blob, before `layer`
    kBackward,  // their gradients
    kGradient,  // the sum of a parameter's gradient, which `layer` has
  };

  Kind kind = Kind::kForward;
  int layer = 0;  // logits_layer + 1 is the loss
  int pass = 0;   // of ParallelPlan::passes
  std::vector<RankTraffic> ranks;
};

// Of a step of `batch` samples on all ranks together, in the order in which
// they happen. A sum is added slice by slice, each by one rank, which then
// sends it to all: 2 (ranks - 1) / ranks of the gradient each way on each rank.
std::vector<StepExchange> TrafficOfStep(const ParallelPlan& plan,
                                        const NetworkInfo& info, int64_t batch);

// The sum over all of them, by rank.
std::vector<RankTraffic> SumOverStep(const std::vector<StepExchange>& step);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_STEP_TRAFFIC_H_
