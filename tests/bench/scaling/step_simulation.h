// SimulateStep: the timeline of a training step on several ranks, from what a
// plan has them compute and exchange.
//
// A rank computes one layer after another and, beside that, exchanges one thing
// after another. A layer that reads what ranks exchange waits for it. Sums of
// gradients, and in passes what the next pass reads and what the last one sends
// back, go on while layers compute.

#ifndef ALEXNET_TESTS_BENCH_SCALING_STEP_SIMULATION_H_
#define ALEXNET_TESTS_BENCH_SCALING_STEP_SIMULATION_H_

#include <cstdint>

#include "core/network/network.h"
#include "core/parallel/parallel_plan.h"
#include "tests/bench/scaling/cluster.h"

namespace alexnet {

struct SimulatedStep {
  int64_t batch = 0;       // of all ranks together
  int gradient_bytes = 4;  // of an element, of sums; blobs are float32
  // Of a plan in passes: layers that are divided by units are updated after
  // each of them.
  bool update_each_pass = false;
  // The last layer is computed by one rank alone, whatever the plan says.
  bool logits_on_one_rank = false;
};

// Seconds, of the slowest rank.
struct StepTimes {
  double total = 0.0;
  double computing = 0.0;
  double exchanging = 0.0;  // part of which is hidden
};

StepTimes SimulateStep(const NetworkInfo& info, const ParallelPlan& plan,
                       const SimulatedStep& step, const Processor& processor,
                       const Cluster& cluster);

// One whose step of `batch` samples takes `seconds` on one rank.
Processor ProcessorOf(const NetworkInfo& info, int64_t batch, double seconds,
                      double memory);

}  // namespace alexnet

#endif  // ALEXNET_TESTS_BENCH_SCALING_STEP_SIMULATION_H_
