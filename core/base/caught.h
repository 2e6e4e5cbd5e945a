// Caught: what work throws, as a status.

#ifndef ALEXNET_CORE_BASE_CAUGHT_H_
#define ALEXNET_CORE_BASE_CAUGHT_H_

#include <functional>

#include "core/base/status.h"

namespace alexnet {

// What `work` returns, or what it threw: where nobody above can catch it, as on
// a thread of one's own, or must not, before something else is done.
Status Caught(const std::function<Status()>& work);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_CAUGHT_H_
