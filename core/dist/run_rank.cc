#include "core/dist/run_rank.h"

#include <exception>
#include <new>
#include <string>

namespace alexnet {
namespace {

Status RunCatching(const std::function<Status(Communicator&)>& work,
                   Communicator& communicator) {
  try {
    return work(communicator);
  } catch (const std::bad_alloc&) {
    return OutOfMemoryError("not enough memory; use a smaller batch");
  } catch (const std::exception& error) {
    return InternalError(std::string("unexpected exception: ") + error.what());
  } catch (...) {
    return InternalError("unexpected exception of an unknown type");
  }
}

}  // namespace

Status RunRank(const std::function<Status(Communicator&)>& work,
               Communicator& communicator) {
  const Status status = RunCatching(work, communicator);
  if (status.ok()) return status;
  communicator.Abort(status);
  return communicator.size() == 1 ? status : communicator.Finish();
}

}  // namespace alexnet
