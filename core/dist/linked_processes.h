// A rank on a GPU among ranks that are other processes, whose GPUs a library of
// their maker links.

#ifndef ALEXNET_CORE_DIST_LINKED_PROCESSES_H_
#define ALEXNET_CORE_DIST_LINKED_PROCESSES_H_

#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/dist/limits.h"

namespace alexnet {

// What a rank tells the others of its link. Plain data.
struct ShownLink {
  LinkOffer offer;
  char problem[256] = {};  // why it has none; empty: it has one
};

// On all ranks of `host`, a communicator over the host's memory: what each
// shows, by rank.
Result<std::vector<ShownLink>> ShowLinks(Backend& backend, Communicator& host);

// Why such ranks cannot be linked, for a person: a rank has no library, or
// another version than rank 0, or its GPU is another rank's. Empty: they can.
// The same on all ranks.
std::string WhyNotLinked(const std::vector<ShownLink>& links);

// On all ranks, of which WhyNotLinked gave nothing. Over the memory of
// `backend`'s device, in the order of the library's own sums; operations can be
// recorded. What an operation is, and the start of a recorded program, goes
// through `host` as well, by which a rank that does another thing, is late or
// has gone is found; its failures are those of `host`, and the reverse. Waits
// for all to come to this for as long as `limits` lets them be late.
Result<std::unique_ptr<Communicator>> LinkProcesses(
    std::shared_ptr<Backend> backend, std::shared_ptr<Communicator> host,
    const std::vector<ShownLink>& links, const CommLimits& limits = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_LINKED_PROCESSES_H_
