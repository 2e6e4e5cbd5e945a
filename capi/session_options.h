// What every call on a device takes, in the ABI's form.

#ifndef ALEXNET_CAPI_SESSION_OPTIONS_H_
#define ALEXNET_CAPI_SESSION_OPTIONS_H_

#include <cstdint>

#include "core/base/status.h"
#include "core/infer/session.h"
#include "core/infer/session_options.h"

namespace alexnet::capi {

// `device` may be null.
Result<SessionOptions> ReadSessionOptions(const char* device, int32_t threads,
                                          int64_t batch, int32_t weight_dtype);

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_SESSION_OPTIONS_H_
