#include "core/infer/compile_model.h"

#include <utility>

#include "core/base/check.h"

namespace alexnet {

Status CheckBatch(const CompileOptions& options) {
  constexpr int64_t kLargestBatch = 65536;
  return CheckRange("batch", options.batch, 0, kLargestBatch);
}

Result<std::unique_ptr<InferencePlan>> CompileModel(
    SharedModel& model, const CompileOptions& options, int64_t batch,
    std::vector<std::string> keep) {
  ALEXNET_RETURN_IF_ERROR(CheckBatch(options));
  ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                           MakeBackend(options));
  return CompileModel(model, std::move(backend), options, batch,
                      std::move(keep));
}

Result<std::unique_ptr<InferencePlan>> CompileModel(
    SharedModel& model, std::shared_ptr<Backend> backend,
    const CompileOptions& options, int64_t batch,
    std::vector<std::string> keep) {
  ALEXNET_RETURN_IF_ERROR(CheckBatch(options));
  InferenceOptions compile;
  compile.batch = options.batch > 0 ? options.batch : batch;
  compile.weight_dtype = options.weight_dtype;
  compile.keep = std::move(keep);
  std::shared_ptr<PackedParameters> packed = model.Packed(*backend);
  auto plan = InferencePlan::Compile(
      model.model()->network(), std::move(backend), std::move(packed), compile);
  if (!plan.ok()) return plan.status().WithFile(model.model()->path());
  return plan;
}

Status CheckClassifies(const Model& model) {
  const Network& network = model.network();
  if (!network.layers.empty() &&
      As<Softmax>(network.layers.back()) != nullptr) {
    return Status();
  }
  return FailedPreconditionError(
             "the network does not end in a softmax, so it gives no class "
             "probabilities; keep the layers that you want in a session and "
             "read them there")
      .WithFile(model.path());
}

}  // namespace alexnet
