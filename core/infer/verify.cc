#include "core/infer/verify.h"

#include <fmt/core.h>

#include <chrono>
#include <memory>
#include <utility>

#include "core/exec/self_check.h"
#include "core/infer/check_model.h"
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

// Compares what `computers` compute with what the file says.
Status Compare(const std::shared_ptr<const Model>& model,
               const Computers& computers, const CompileOptions& options,
               const Interrupt& interrupt, VerifyReport* report) {
  SharedModel shared(model);
  ALEXNET_ASSIGN_OR_RETURN(const SelfCheckComparison comparison,
                           CheckModel(shared, computers, options, interrupt));
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
