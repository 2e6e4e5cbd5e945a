// RankCommand: what rank 0 of a run has the other ranks do. It alone decides
// what comes next, so that ranks cannot disagree.

#ifndef ALEXNET_CORE_TRAIN_RANKS_RANK_COMMAND_H_
#define ALEXNET_CORE_TRAIN_RANKS_RANK_COMMAND_H_

#include <array>
#include <cstdint>
#include <variant>

#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/exec/training_parameters.h"
#include "core/train/listener.h"
#include "core/train/ranks/batch_order.h"

namespace alexnet {

// Reads pictures from batch `batch` of `epoch` on.
struct StartPictures {
  int64_t epoch = 0;
  int64_t batch = 0;
};
// Sends its rows of what belongs to a parameter to rank 0.
struct SendRows {
  int parameter = 0;
  ParameterPart part = ParameterPart::kWeight;
};
// Takes rank 0's parameters, and evaluates its share of the held-out pictures.
struct EvaluateShare {};
// Names the broken pictures of its training samples.
struct NameBroken {};
// The run is over: how it ended, and its numbers. Of a failure, why, as far as
// there is room.
struct EndRun {
  static EndRun Of(const Status& failure);
  Status status() const;

  StatusCode code = StatusCode::kOk;
  std::array<char, 1000> why{};
  int64_t epochs = 0;  // finished, in all
  int64_t steps = 0;
  double seconds = 0.0;
  EpochFigures last;  // of the last epoch
  int64_t best_epoch = -1;
  double best_top1_error = 0.0;  // percent
};

using RankCommand = std::variant<StartPictures, BatchOrder, SendRows,
                                 EvaluateShare, NameBroken, EndRun>;

// Of rank 0, to all others.
Status Tell(Communicator& comm, const RankCommand& command);
// Of the others: waits for the next.
Result<RankCommand> Hear(Communicator& comm);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RANKS_RANK_COMMAND_H_
