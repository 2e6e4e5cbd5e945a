// RecordProgram: what a plan sends to its device again and again.

#ifndef ALEXNET_CORE_EXEC_RECORD_PROGRAM_H_
#define ALEXNET_CORE_EXEC_RECORD_PROGRAM_H_

#include <functional>
#include <memory>

#include "core/backend/device.h"
#include "core/base/status.h"
#include "core/exec/rank_part.h"

namespace alexnet {

// `work`, recorded; of a rank with the others of `part`, or, where that cannot
// be, called at each launch. `part`: null for a network of one rank.
Result<std::unique_ptr<Program>> RecordProgram(Device& device,
                                               std::function<Status()> work,
                                               RankPart* part);

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_RECORD_PROGRAM_H_
