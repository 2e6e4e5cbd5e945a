#include "core/train/ranks/rank_command.h"

#include "core/dist/values.h"

namespace alexnet {

Status Tell(Communicator& comm, const RankCommand& command) {
  RankCommand told = command;
  return BroadcastFromRank0(&told, comm);
}

Result<RankCommand> Hear(Communicator& comm) {
  RankCommand command;
  ALEXNET_RETURN_IF_ERROR(BroadcastFromRank0(&command, comm));
  return command;
}

}  // namespace alexnet
