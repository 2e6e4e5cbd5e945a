// What every call on a device takes, in the ABI's form. Each function reads any
// of its structs that has these fields. Warnings go to its context, if it has
// one, during the call.

#ifndef ALEXNET_CAPI_DEVICE_OPTIONS_H_
#define ALEXNET_CAPI_DEVICE_OPTIONS_H_

#include <alexnet/alexnet.h>

#include "capi/call.h"
#include "capi/context.h"
#include "core/base/status.h"
#include "core/devices/device_options.h"
#include "core/infer/compile_model.h"
#include "core/parallel/parallel_options.h"

namespace alexnet::capi {

template <typename Given>
Status ReadDeviceOptions(const Given& given, DeviceOptions* options) {
  if (given.device != nullptr) options->device = given.device;
  options->threads = given.threads;
  options->tune = given.tune != 0;
  if constexpr (requires { given.context; }) {
    if (given.context != nullptr) {
      options->warn = [context = given.context](const std::string& message) {
        if (CheckHandle(context).ok()) context->log.Warning(message);
      };
    }
  }
  ALEXNET_ASSIGN_OR_RETURN(
      options->precision,
      ReadOpenEnum<Precision>(given.precision, ALEXNET_PRECISION_BF16,
                              "precision"));
  return Status();
}

template <typename Given>
Status ReadCompileOptions(const Given& given, CompileOptions* options) {
  ALEXNET_RETURN_IF_ERROR(ReadDeviceOptions(given, options));
  options->batch = given.batch;
  if constexpr (requires { given.devices; }) {
    if (given.devices != nullptr) options->devices = given.devices;
    ALEXNET_ASSIGN_OR_RETURN(
        options->parallel,
        ReadEnum<ParallelKind>(
            given.parallel, ALEXNET_PARALLEL_HYBRID_SUB_BATCHES, "parallel"));
  }
  ALEXNET_ASSIGN_OR_RETURN(
      const auto weights,
      ReadOpenEnum<WeightType>(given.weight_dtype, ALEXNET_WEIGHTS_I8,
                               "weight_dtype"));
  options->weight_dtype = weights.value_or(WeightType::kF32);
  return Status();
}

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_DEVICE_OPTIONS_H_
