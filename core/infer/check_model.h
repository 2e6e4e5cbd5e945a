// What devices compute of a model compared with its file's self-check.

#ifndef ALEXNET_CORE_INFER_CHECK_MODEL_H_
#define ALEXNET_CORE_INFER_CHECK_MODEL_H_

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/exec/self_check.h"
#include "core/infer/compile_model.h"
#include "core/infer/computers.h"
#include "core/infer/shared_model.h"

namespace alexnet {

// Of a model that has a self-check; the options' batch is not used.
Result<SelfCheckComparison> CheckModel(SharedModel& model,
                                       const Computers& computers,
                                       const CompileOptions& options,
                                       const Interrupt& interrupt);

// Where the options ask for weights in fewer bits, have somebody to `warn`, and
// the model has a self-check: says how far results are from it, or why that is
// not known. Fails only where `interrupt` says so.
Status TellNarrowWeights(SharedModel& model, const Computers& computers,
                         const CompileOptions& options,
                         const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_CHECK_MODEL_H_
