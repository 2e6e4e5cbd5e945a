// The error of threads that the system does not start.

#ifndef ALEXNET_CORE_BASE_NO_THREAD_ERROR_H_
#define ALEXNET_CORE_BASE_NO_THREAD_ERROR_H_

#include "core/base/status.h"

namespace alexnet {

// Of who needs a thread and got none.
Status NoThreadError();

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_NO_THREAD_ERROR_H_
