#include "core/dist/exchange.h"

#include <fmt/core.h>

#include <new>

namespace alexnet {

Status FailureOfRank(int rank, const Status& why) {
  try {
    return Status(why.code(),
                  fmt::format("rank {} failed: {}", rank, why.ToString()));
  } catch (const std::bad_alloc&) {
    return why;  // the others have to hear of it
  }
}

}  // namespace alexnet
