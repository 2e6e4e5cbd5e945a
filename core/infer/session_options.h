// What every user of a model on a device chooses: device, threads, batch.

#ifndef ALEXNET_CORE_INFER_SESSION_OPTIONS_H_
#define ALEXNET_CORE_INFER_SESSION_OPTIONS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/backend/backend.h"
#include "core/backend/precision.h"
#include "core/base/status.h"
#include "core/exec/parameters.h"
#include "core/tensor/dtype.h"

namespace alexnet {

// On what to compute.
struct BackendOptions {
  // "cpu"; "cuda" or "cuda:N": an NVIDIA GPU; "auto": the first GPU, or the CPU
  // where there is none; "reference": float64 loops, slow. Empty: "cpu", or, of
  // a run that is gone on with, the device of before.
  std::string backend = "";
  int threads = 0;  // compute threads of the CPU; 0: AvailableCpus()
  // Of a GPU; CudaBackendOptions. None: float32, or that of before.
  std::optional<Precision> precision = std::nullopt;
  bool tune = false;
  // Computes instead of what the names say; null: made for the call.
  std::shared_ptr<Backend> instance = nullptr;
};

struct SessionOptions : BackendOptions {
  int64_t batch = 0;                 // views per run; 0: the call's own choice
  DType weight_dtype = DType::kF32;  // of fully connected layers; f32 sums
  // The model's packed parameters, to be shared by its sessions on one kind of
  // backend; null: the session's own.
  std::shared_ptr<PackedParameters> packed;
};

// Refuses unknown names (the error lists those there are), devices that are not
// there, negative threads, and a precision that the device has not.
Result<std::shared_ptr<Backend>> MakeBackend(const BackendOptions& options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_SESSION_OPTIONS_H_
