// CommLimits: how long a rank waits for another.

#ifndef ALEXNET_CORE_DIST_LIMITS_H_
#define ALEXNET_CORE_DIST_LIMITS_H_

#include <chrono>

namespace alexnet {

struct CommLimits {
  // For a sign of life, where ranks are processes: one that is dead, stopped or
  // cut off fails all others after this time. Ranks give several in it, from a
  // thread of their own, so that computing does not keep them from it.
  std::chrono::milliseconds silent = std::chrono::seconds(20);
  // For a rank that is alive to come to the operation that another one waits
  // in: while one validates or saves, the others do.
  std::chrono::milliseconds late = std::chrono::minutes(30);
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_LIMITS_H_
