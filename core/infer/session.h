// Sessions: a model file compiled for a device.

#ifndef ALEXNET_CORE_INFER_SESSION_H_
#define ALEXNET_CORE_INFER_SESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/exec/inference_plan.h"
#include "core/infer/session_options.h"
#include "core/model/model.h"

namespace alexnet {

// `batch` is used where the options leave it open; `keep` as in
// InferenceOptions. The plan keeps the model alive.
Result<std::unique_ptr<InferencePlan>> CompileModel(
    std::shared_ptr<const Model> model, const SessionOptions& options,
    int64_t batch, std::vector<std::string> keep);

// Refuses a network that does not end in a softmax: its output is no
// probability.
Status CheckClassifies(const Model& model);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_SESSION_H_
