// What every user of a model on a device chooses: device, threads, batch.

#ifndef ALEXNET_CORE_INFER_SESSION_OPTIONS_H_
#define ALEXNET_CORE_INFER_SESSION_OPTIONS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/parameters.h"
#include "core/tensor/dtype.h"

namespace alexnet {

struct SessionOptions {
  std::string backend = "cpu";       // or "reference": float64 loops, slow
  int threads = 0;                   // compute threads; 0: AvailableCpus()
  int64_t batch = 0;                 // views per run; 0: the call's own choice
  DType weight_dtype = DType::kF32;  // of fully connected layers; f32 sums
  // The model's packed parameters, to be shared by its sessions on one kind of
  // backend; null: the session's own.
  std::shared_ptr<PackedParameters> packed;
};

// Refuses unknown names (the error lists those there are) and negative threads.
Result<std::shared_ptr<Backend>> MakeBackend(const std::string& name,
                                             int threads);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_SESSION_OPTIONS_H_
