#include "core/dist/exchange.h"

#include <fmt/core.h>

namespace alexnet {

Status FailureOfRank(int rank, const Status& why) {
  return Status(why.code(),
                fmt::format("rank {} failed: {}", rank, why.ToString()));
}

}  // namespace alexnet
