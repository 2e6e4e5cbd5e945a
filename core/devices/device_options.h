// What every user of a model on a device chooses: where it computes and how.

#ifndef ALEXNET_CORE_DEVICES_DEVICE_OPTIONS_H_
#define ALEXNET_CORE_DEVICES_DEVICE_OPTIONS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/backend/backend.h"
#include "core/backend/precision.h"
#include "core/base/status.h"

namespace alexnet {

struct DeviceOptions {
  // "cpu"; "cuda" or "cuda:N": an NVIDIA GPU; "auto": the first GPU, or the CPU
  // where there is none; "reference": float64 loops, slow. Empty: "cpu", or, of
  // a run that is gone on with, the device of before.
  std::string device = "";
  int threads = 0;  // compute threads of the CPU; 0: AvailableCpus()
  // Of a GPU; CudaBackendOptions. None: float32, or that of before.
  std::optional<Precision> precision = std::nullopt;
  bool tune = false;
  // Told what is not as was asked for, though no error; may be empty.
  std::function<void(const std::string& message)> warn = nullptr;
};

// Refuses unknown names (the error lists those there are), devices that are not
// there, a number of threads out of range, and a precision that the device has
// not.
Result<std::shared_ptr<Backend>> MakeBackend(const DeviceOptions& options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DEVICES_DEVICE_OPTIONS_H_
