#include "core/infer/check_model.h"

#include <fmt/core.h>

#include <string>

#include "core/model/model.h"

namespace alexnet {
namespace {

// What decides how far results may be off. TF32's mantissas are float16's;
// integers of 8 bits are allowed what bfloat16 is.
DType NarrowestType(const CompileOptions& options) {
  switch (options.precision.value_or(Precision::kF32)) {
    case Precision::kTf32:
      return DType::kF16;
    case Precision::kBf16:
      return DType::kBF16;
    case Precision::kF32:
      break;
  }
  switch (options.weight_dtype) {
    case WeightType::kF32:
      return DType::kF32;
    case WeightType::kF16:
      return DType::kF16;
    case WeightType::kBF16:
    case WeightType::kI8:
      return DType::kBF16;
  }
  return DType::kF32;
}

}  // namespace

Result<SelfCheckComparison> CheckModel(SharedModel& model,
                                       const Computers& computers,
                                       const CompileOptions& options,
                                       const Interrupt& interrupt) {
  const Network& network = model.model()->network();
  const SelfCheck& expected = *model.model()->self_check();
  SelfCheckOptions check;
  check.key = expected.key;
  check.input_scale = expected.input_scale;
  CompileOptions one = options;
  one.batch = 0;
  const auto compile = [&](const InferenceOptions& plan) {
    return CompileModel(model, computers, one, plan.batch, plan.keep);
  };
  ALEXNET_ASSIGN_OR_RETURN(
      const SelfCheck actual,
      ComputeSelfCheck(network, compile, check, interrupt));
  return CompareSelfCheck(network, expected, actual, NarrowestType(options));
}

Status TellNarrowWeights(SharedModel& model, const Computers& computers,
                         const CompileOptions& options,
                         const Interrupt& interrupt) {
  if (options.weight_dtype == WeightType::kF32 || !options.warn ||
      model.model()->self_check() == nullptr) {
    return Status();
  }
  const std::string what =
      fmt::format("{}: with the weights of fully connected layers in {}",
                  model.model()->path(), WeightTypeName(options.weight_dtype));
  const Result<SelfCheckComparison> comparison =
      CheckModel(model, computers, options, interrupt);
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  if (comparison.ok()) {
    options.warn(fmt::format(
        "{}, {} differ from its self-check by up to {:.1e} ({:.0e} allowed)",
        what, comparison->worst, comparison->error, comparison->tolerance));
  } else {
    options.warn(fmt::format("{}, nothing could be compared: {}", what,
                             comparison.status().ToString()));
  }
  return Status();
}

}  // namespace alexnet
