#include "core/train/ranks/rank_command.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "core/dist/values.h"

namespace alexnet {

EndRun EndRun::Of(const Status& failure) {
  EndRun end;
  end.code = failure.code();
  const std::string message = failure.ToString();
  // The last byte stays 0, and no character is cut.
  size_t size = std::min(message.size(), end.why.size() - 1);
  while (size > 0 && size < message.size() && (message[size] & 0xC0) == 0x80) {
    --size;
  }
  std::copy_n(message.begin(), size, end.why.begin());
  return end;
}

Status EndRun::status() const {
  return code == StatusCode::kOk ? Status() : Status(code, why.data());
}

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
