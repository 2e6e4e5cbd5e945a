// ParallelOptions: how a network is divided among ranks.

#ifndef ALEXNET_CORE_PARALLEL_PARALLEL_OPTIONS_H_
#define ALEXNET_CORE_PARALLEL_PARALLEL_OPTIONS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/enum_name.h"

namespace alexnet {

// BEGIN options: core.enum Parallel
// How a network is divided among devices.
enum class ParallelKind : int8_t {
  // By samples: a whole network on each device.
  kData = 0,
  // By channels and units, as the paper's figure 2 has it: devices meet where a
  // layer sees the channels of others.
  kTowers = 1,
  // "One weird trick" (arXiv:1404.5997): up to the first layer that gives one
  // position by samples, from there on by units.
  kHybrid = 2,
  // Likewise, but the layers that are divided by units see the samples of one
  // device after another's, while the next are on their way; for training.
  kHybridInTurn = 3,
  // Likewise, and those layers are updated after each of these sub-batches, in
  // place of once; for training.
  kHybridSubBatches = 4,
};
// END options

// BEGIN options: core.names Parallel
inline constexpr std::array kParallelKindNames = {
    "data", "towers", "hybrid", "hybrid_in_turn", "hybrid_sub_batches"};
// END options

inline const char* ParallelKindName(ParallelKind kind) {
  return NameOf(kParallelKindNames, kind);
}
inline std::optional<ParallelKind> ParallelKindOf(std::string_view name) {
  return ValueOf<ParallelKind>(kParallelKindNames, name);
}

// Of one of the three kinds of hybrid: kHybrid brings the samples of all ranks
// to the layers that are divided by units at once, scheme (a) of section 3.1.
inline bool IsHybrid(ParallelKind kind) {
  return kind >= ParallelKind::kHybrid;
}
// The others bring those of one rank after another's, scheme (b).
inline bool RunsInTurn(ParallelKind kind) {
  return kind > ParallelKind::kHybrid;
}

struct ParallelOptions {
  ParallelKind kind = ParallelKind::kData;
  int ranks = 1;
  // Each rank gets the outputs of all samples, as predictions want; else those
  // of its own, whose loss it computes.
  bool all_outputs = false;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_PARALLEL_OPTIONS_H_
