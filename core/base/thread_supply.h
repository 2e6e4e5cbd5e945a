// How many threads there are to be had, for those who cannot bear that starting
// one fails: OpenMP's runtime ends the program then.

#ifndef ALEXNET_CORE_BASE_THREAD_SUPPLY_H_
#define ALEXNET_CORE_BASE_THREAD_SUPPLY_H_

#include <cstddef>

#include "core/base/status.h"

namespace alexnet {

// How many threads, up to `most`, the system starts beside those that there
// are. Found by starting them, with stacks of `stack_bytes` (0: the usual
// size): limits are kept by user, by group and by address space, and others
// use them up as well. All have ended, for the system too, on return.
int StartableThreads(int most, size_t stack_bytes);

// Of who needs a thread and got none.
Status NoThreadError();

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_THREAD_SUPPLY_H_
