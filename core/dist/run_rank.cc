#include "core/dist/run_rank.h"

#include <exception>
#include <new>
#include <string>

namespace alexnet {

Status Caught(const std::function<Status()>& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return OutOfMemoryError("not enough memory; use a smaller batch");
  } catch (const std::exception& error) {
    return InternalError(std::string("unexpected exception: ") + error.what());
  } catch (...) {
    return InternalError("unexpected exception of an unknown type");
  }
}

Status RunRank(const std::function<Status(Communicator&)>& work,
               Communicator& communicator) {
  const Status status = Caught([&] { return work(communicator); });
  if (status.ok()) return status;
  communicator.Abort(status);
  return communicator.size() == 1 ? status : communicator.Finish();
}

}  // namespace alexnet
