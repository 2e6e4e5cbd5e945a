// Published runs on several GPUs, and what they ran on.

#ifndef ALEXNET_TESTS_BENCH_SCALING_PUBLISHED_H_
#define ALEXNET_TESTS_BENCH_SCALING_PUBLISHED_H_

#include <array>
#include <cstdint>

#include "tests/bench/scaling/cluster.h"

namespace alexnet {

// "One weird trick for parallelizing convolutional neural networks"
// (arXiv:1404.5997), table 1: 90 epochs of ILSVRC 2012 on NVIDIA K20, by
// `hybrid`; 128 pictures a GPU go through the convolutions, and `divided_batch`
// at a time through the fully connected layers.
struct WeirdTrickRun {
  int ranks = 1;
  int64_t divided_batch = 128;
  double hours = 0.0;

  bool in_turn() const { return divided_batch < 128 * ranks; }
};

inline constexpr std::array kWeirdTrickRuns = {
    WeirdTrickRun{1, 128, 98.05}, WeirdTrickRun{2, 256, 50.24},
    WeirdTrickRun{2, 128, 50.90}, WeirdTrickRun{4, 512, 26.20},
    WeirdTrickRun{4, 128, 26.78}, WeirdTrickRun{8, 1024, 15.68},
    WeirdTrickRun{8, 128, 15.91}};

inline constexpr double kWeirdTrickPictures = 90 * 1281167.0;

inline double WeirdTrickSpeedup(const WeirdTrickRun& run) {
  return kWeirdTrickRuns[0].hours / run.hours;
}

// Its section 5: four GPUs share a PCI-Express 2.0 switch at 6 GB/s; to the
// other four it goes through the host's memory, at half of that where all do.
// cuda-convnet2 hands on what goes to all, and has fc8 on one GPU.
inline Cluster WeirdTrickCluster(int ranks) {
  constexpr double kSwitch = 6e9;
  constexpr double kLatency = 20e-6;
  const double bandwidth = ranks > 4 ? kSwitch / 2 : kSwitch;
  return {8, {bandwidth, kLatency}, {}, /*relays=*/true};
}

// NVIDIA K20, GDDR5.
inline constexpr double kK20Memory = 208e9;

}  // namespace alexnet

#endif  // ALEXNET_TESTS_BENCH_SCALING_PUBLISHED_H_
