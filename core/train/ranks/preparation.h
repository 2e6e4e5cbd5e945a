// How ranks wait for what rank 0 does alone before a run begins: measuring the
// colours of a million pictures takes longer than a rank may be late.

#ifndef ALEXNET_CORE_TRAIN_RANKS_PREPARATION_H_
#define ALEXNET_CORE_TRAIN_RANKS_PREPARATION_H_

#include <chrono>
#include <functional>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"

namespace alexnet {

// On rank 0: calls `prepare` on the calling thread, which must not use `comm`,
// and lets the others hear of rank 0 every `period` meanwhile. `prepare` is
// given `interrupt`, which then also fires once `comm` has failed, as where
// another rank has gone: that failure is what comes back. Else the status is
// that of `prepare`; where it fails, the others still wait.
Status PrepareWhileOthersWait(
    Communicator& comm, std::chrono::milliseconds period,
    const Interrupt& interrupt,
    const std::function<Status(const Interrupt&)>& prepare);

// On the others: until `prepare` has succeeded. `heard`, which may be empty, is
// called when they hear that it is not done yet.
Status AwaitPreparation(Communicator& comm,
                        const std::function<void()>& heard = nullptr);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RANKS_PREPARATION_H_
