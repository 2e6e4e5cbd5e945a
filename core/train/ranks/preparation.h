// How ranks wait for what rank 0 does alone before a run begins: measuring the
// colours of a million pictures takes longer than a rank may be late.

#ifndef ALEXNET_CORE_TRAIN_RANKS_PREPARATION_H_
#define ALEXNET_CORE_TRAIN_RANKS_PREPARATION_H_

#include <chrono>
#include <functional>

#include "core/base/status.h"
#include "core/dist/communicator.h"

namespace alexnet {

// On rank 0: calls `prepare` on the calling thread, which must not use `comm`,
// and lets the others hear of rank 0 every `period` meanwhile. The status is
// that of `prepare`; where it fails, the others still wait.
Status PrepareWhileOthersWait(Communicator& comm,
                              std::chrono::milliseconds period,
                              const std::function<Status()>& prepare);

// On the others: until `prepare` has succeeded. `heard`, which may be empty, is
// called when they hear that it is not done yet.
Status AwaitPreparation(Communicator& comm,
                        const std::function<void()>& heard = nullptr);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RANKS_PREPARATION_H_
