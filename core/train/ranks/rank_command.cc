#include "core/train/ranks/rank_command.h"

#include <type_traits>

namespace alexnet {
namespace {

// Ranks are of one build, so that a command is its bytes.
static_assert(std::is_trivially_copyable_v<RankCommand>);

constexpr int kRoot = 0;

Status Pass(Communicator& comm, RankCommand* command) {
  ALEXNET_RETURN_IF_ERROR(comm.Broadcast(command,
                                         static_cast<int64_t>(sizeof(*command)),
                                         ElementType::kByte, kRoot));
  return comm.Finish();
}

}  // namespace

Status Tell(Communicator& comm, const RankCommand& command) {
  RankCommand told = command;
  return Pass(comm, &told);
}

Result<RankCommand> Hear(Communicator& comm) {
  RankCommand command;
  ALEXNET_RETURN_IF_ERROR(Pass(comm, &command));
  return command;
}

}  // namespace alexnet
