#include "core/dist/run_rank.h"

#include "core/base/caught.h"

namespace alexnet {

Status RunRank(const std::function<Status(Communicator&)>& work,
               Communicator& communicator) {
  const Status status = Caught([&] { return work(communicator); });
  if (status.ok()) return status;
  communicator.Abort(status);
  return communicator.size() == 1 ? status : communicator.Finish();
}

}  // namespace alexnet
