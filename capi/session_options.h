// What every call on a device takes, in the ABI's form.

#ifndef ALEXNET_CAPI_SESSION_OPTIONS_H_
#define ALEXNET_CAPI_SESSION_OPTIONS_H_

#include <cstdint>

#include "capi/model.h"
#include "core/base/status.h"
#include "core/infer/session.h"
#include "core/infer/session_options.h"

namespace alexnet::capi {

// `device` may be null.
Result<BackendOptions> ReadBackendOptions(const char* device, int32_t threads,
                                          int32_t precision, int32_t tune);

// Of any of the ABI's structs that has these fields.
template <typename Options>
Result<SessionOptions> ReadSessionOptions(const Options& given) {
  SessionOptions options;
  ALEXNET_ASSIGN_OR_RETURN(static_cast<BackendOptions&>(options),
                           ReadBackendOptions(given.device, given.threads,
                                              given.precision, given.tune));
  options.batch = given.batch;
  ALEXNET_ASSIGN_OR_RETURN(
      options.weight_dtype,
      ReadDType(given.weight_dtype, DType::kF32, "weight_dtype"));
  return options;
}

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_SESSION_OPTIONS_H_
