// What a simulated step runs on.

#ifndef ALEXNET_TESTS_BENCH_SCALING_CLUSTER_H_
#define ALEXNET_TESTS_BENCH_SCALING_CLUSTER_H_

namespace alexnet {

struct Processor {
  double flops = 0.0;   // a second, of all layers together
  double memory = 0.0;  // bytes a second
};

struct Link {
  double bandwidth = 0.0;  // of a rank: bytes a second, each way
  double latency = 0.0;    // seconds, for each doubling of ranks, or machines
};

// Machines of as many ranks each, but for the last one.
struct Cluster {
  int ranks_a_machine = 1;
  Link within;   // a machine
  Link between;  // machines
  // What one rank gives to all is handed on from rank to rank while it comes,
  // and what all give to one is added on the way; else the one rank's link
  // carries all of it.
  bool relays = false;
};

}  // namespace alexnet

#endif  // ALEXNET_TESTS_BENCH_SCALING_CLUSTER_H_
