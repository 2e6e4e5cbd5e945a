#include "core/infer/verify.h"

#include <fmt/core.h>

#include <chrono>
#include <memory>
#include <utility>

#include "core/exec/self_check.h"
#include "core/infer/computers.h"
#include "core/infer/shared_model.h"
#include "core/model/model.h"

namespace alexnet {
namespace {

void CheckHashes(const Model& model, int threads, VerifyReport* report) {
  for (const Damage& damage : FindDamage(model, threads)) {
    report->hashes = VerifyOutcome::kFailed;
    report->damage.push_back(
        damage.chunk < 0
            ? fmt::format("{}: the padding after it, at byte {}", damage.tensor,
                          damage.offset)
            : fmt::format("{}: chunk {}, {} bytes at byte {}", damage.tensor,
                          damage.chunk, damage.bytes, damage.offset));
  }
}

// What decides how far results may be off. TF32's mantissas are float16's.
DType NarrowestType(const CompileOptions& options) {
  switch (options.precision.value_or(Precision::kF32)) {
    case Precision::kTf32:
      return DType::kF16;
    case Precision::kBf16:
      return DType::kBF16;
    case Precision::kF32:
      break;
  }
  return options.weight_dtype;
}

// Compares what `computers` compute with what the file says.
Status Compare(const std::shared_ptr<const Model>& model,
               const Computers& computers, const CompileOptions& options,
               const Interrupt& interrupt, VerifyReport* report) {
  const SelfCheck& expected = *model->self_check();
  SelfCheckOptions check;
  check.key = expected.key;
  check.input_scale = expected.input_scale;
  check.weight_dtype = options.weight_dtype;
  SharedModel shared(model);
  CompileOptions one = options;
  one.batch = 0;
  const auto compile = [&](const InferenceOptions& plan) {
    return CompileModel(shared, computers, one, plan.batch, plan.keep);
  };
  ALEXNET_ASSIGN_OR_RETURN(
      const SelfCheck actual,
      ComputeSelfCheck(model->network(), compile, check, interrupt));
  ALEXNET_ASSIGN_OR_RETURN(const SelfCheckComparison comparison,
                           CompareSelfCheck(model->network(), expected, actual,
                                            NarrowestType(options)));
  report->self_check_error = comparison.error;
  report->self_check_tolerance = comparison.tolerance;
  report->self_check =
      comparison.passed() ? VerifyOutcome::kPassed : VerifyOutcome::kFailed;
  if (!comparison.passed()) {
    report->self_check_message =
        fmt::format("{} differ most: by {:.2e} where {:.2e} is allowed",
                    comparison.worst, comparison.error, comparison.tolerance);
  }
  return Status();
}

}  // namespace

Result<VerifyReport> VerifyModelFile(const std::string& path,
                                     const CompileOptions& options,
                                     const Interrupt& interrupt) {
  const auto start = std::chrono::steady_clock::now();
  ALEXNET_ASSIGN_OR_RETURN(const Computers computers, MakeComputers(options));
  ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model,
                           LoadModel(path));
  VerifyReport report;
  report.path = path;
  report.network = model->network().name;
  report.file_bytes = model->file_size();
  report.device = computers.names();
  for (const StoredTensor& tensor : model->tensors()) {
    ++report.tensors;
    report.tensor_bytes += tensor.bytes;
  }
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  CheckHashes(*model, options.threads, &report);
  if (model->self_check() != nullptr &&
      report.hashes == VerifyOutcome::kPassed) {
    ALEXNET_RETURN_IF_ERROR(
        Compare(model, computers, options, interrupt, &report).WithFile(path));
  }
  report.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  return report;
}

}  // namespace alexnet
