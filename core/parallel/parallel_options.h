// ParallelOptions: how a network is divided among ranks.

#ifndef ALEXNET_CORE_PARALLEL_PARALLEL_OPTIONS_H_
#define ALEXNET_CORE_PARALLEL_PARALLEL_OPTIONS_H_

#include <array>
#include <cstdint>

namespace alexnet {

enum class ParallelKind : int8_t {
  // All layers by channels and units, as the paper's figure 2 has it: ranks
  // meet where a layer sees the channels of others.
  kTowers = 0,
  // All layers by samples: a whole network on each rank.
  kData = 1,
  // "One weird trick" (arXiv:1404.5997): up to the first layer that gives one
  // position by samples, from there on by units.
  kHybrid = 2,
};
inline constexpr std::array kParallelKindNames = {"towers", "data", "hybrid"};

// Of kHybrid: how the samples come to the layers that are divided by units.
enum class HybridScheme : int8_t {
  // Those of all ranks at once: scheme (a) of section 3.1.
  kAtOnce = 0,
  // Those of one rank after another's: scheme (b), in which one rank sends
  // while all compute what came before.
  kInTurn = 1,
};

struct ParallelOptions {
  ParallelKind kind = ParallelKind::kData;
  int ranks = 1;
  HybridScheme scheme = HybridScheme::kAtOnce;
  // Each rank gets the outputs of all samples, as predictions want; else those
  // of its own, whose loss it computes.
  bool all_outputs = false;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_PARALLEL_OPTIONS_H_
