// The self-check of a model file: compute it, and compare what this build and
// device compute with what the file says. See SelfCheck in core/model/parts.h.

#ifndef ALEXNET_CORE_EXEC_SELF_CHECK_H_
#define ALEXNET_CORE_EXEC_SELF_CHECK_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/exec/inference_plan.h"
#include "core/exec/parameters.h"
#include "core/exec/predictor.h"
#include "core/model/parts.h"
#include "core/network/network.h"

namespace alexnet {

// The generated input: (1, C, H, W), dense.
std::vector<float> SelfCheckInput(const Network& network, uint64_t key,
                                  float scale);

struct SelfCheckOptions {
  uint64_t key = 1;
  float input_scale = 1.0f;
};

// Makes a predictor of a self-check's network, for one sample or more.
using CompileSelfCheck = std::function<Result<std::unique_ptr<Predictor>>(
    const InferenceOptions& options)>;

// Logits and the L2 norm of every layer's output, of one sample. The logits are
// those of the plan that inference uses, with its fusions, while the norms need
// the layers apart. Tolerances are left at their defaults.
Result<SelfCheck> ComputeSelfCheck(const Network& network,
                                   const CompileSelfCheck& compile,
                                   const SelfCheckOptions& options,
                                   const Interrupt& interrupt = {});
// The same on any one backend.
Result<SelfCheck> ComputeSelfCheck(const Network& network,
                                   std::shared_ptr<Backend> backend,
                                   std::shared_ptr<PackedParameters> parameters,
                                   const SelfCheckOptions& options,
                                   const Interrupt& interrupt = {});

struct SelfCheckComparison {
  double error = 0.0;  // largest, relative; infinite for what is not finite
  double tolerance = 0.0;
  std::string worst;  // "logits" or the layer whose norm is furthest off
  bool passed() const { return error <= tolerance; }
};

// Compares as SelfCheck::tolerance says, for computations in `dtype`.
// kDataLoss where `expected` has other sizes than the network.
Result<SelfCheckComparison> CompareSelfCheck(const Network& network,
                                             const SelfCheck& expected,
                                             const SelfCheck& actual,
                                             DType dtype);

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_SELF_CHECK_H_
