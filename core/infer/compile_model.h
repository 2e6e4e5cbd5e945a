// A model compiled for a device, or for several.

#ifndef ALEXNET_CORE_INFER_COMPILE_MODEL_H_
#define ALEXNET_CORE_INFER_COMPILE_MODEL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/weight_type.h"
#include "core/base/status.h"
#include "core/exec/inference_plan.h"
#include "core/exec/predictor.h"
#include "core/infer/computers.h"
#include "core/infer/shared_model.h"

namespace alexnet {

struct CompileOptions : ComputersOptions {
  int64_t batch = 0;  // views per run; 0: the call's own choice
  WeightType weight_dtype =
      WeightType::kF32;  // of fully connected layers; f32 sums
};

// Refuses a batch out of range.
Status CheckBatch(const CompileOptions& options);

// `batch` is used where the options leave it open, or the fewest samples that
// the devices can share; `keep` as in InferenceOptions. The predictor keeps the
// model alive. Other plans may use the same computers, one at a time.
Result<std::unique_ptr<Predictor>> CompileModel(SharedModel& model,
                                                const Computers& computers,
                                                const CompileOptions& options,
                                                int64_t batch,
                                                std::vector<std::string> keep);

// Of one device, for `network`, whose parameters are the first ones of the
// model's.
Result<std::unique_ptr<InferencePlan>> CompileNetwork(
    SharedModel& model, const Network& network,
    std::shared_ptr<Backend> backend, const CompileOptions& options,
    int64_t batch, std::vector<std::string> keep);

// Refuses a network that does not end in a softmax: its output is no
// probability.
Status CheckClassifies(const Model& model);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_COMPILE_MODEL_H_
