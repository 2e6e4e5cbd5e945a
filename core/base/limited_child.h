// Code in a child process that has limits of its own.

#ifndef ALEXNET_CORE_BASE_LIMITED_CHILD_H_
#define ALEXNET_CORE_BASE_LIMITED_CHILD_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

namespace alexnet {

// How a child of this process ends that runs `body` and exits with what that
// returns: "exit 0", "signal 6". One that hangs gets signal 14.
std::string EndOfChild(const std::function<int()>& body);

// How child `process` ends, which somebody else has forked.
std::string EndOf(pid_t process);

// To be called in the child. Lets it start `more` further threads. False where
// it cannot: the limit is the user's, and only root can become a user who runs
// nothing else; and the thread sanitizer has a thread of its own.
bool LimitThreads(int more);
// Lets it map `more` further bytes, and as many as it likes again.
void LimitAddressSpace(int64_t more);
void LiftAddressSpaceLimit();

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_LIMITED_CHILD_H_
