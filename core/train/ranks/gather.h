// What ranks found, brought together. All ranks make the same calls.

#ifndef ALEXNET_CORE_TRAIN_RANKS_GATHER_H_
#define ALEXNET_CORE_TRAIN_RANKS_GATHER_H_

#include <vector>

#include "core/base/status.h"
#include "core/data/quarantine.h"
#include "core/dist/communicator.h"
#include "core/infer/evaluation.h"

namespace alexnet {

// On rank 0 those of all ranks, sorted by name, each once; on others `own`.
Result<std::vector<BrokenPicture>> GatherBroken(
    const std::vector<BrokenPicture>& own, Communicator& comm);

// Errors, loss and counts of all pictures, to the same bits on all ranks; on
// rank 0 also the worst and the broken ones. Other fields are rank 0's or left
// out. A rank that was interrupted, which it must tell in time for others to
// wait for, interrupts all; another failure of a rank is what it returns there,
// and aborts `comm`.
Result<Evaluation> SumEvaluations(const Result<Evaluation>& share,
                                  Communicator& comm);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RANKS_GATHER_H_
