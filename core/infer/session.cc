#include "core/infer/session.h"

#include <fmt/format.h>

#include <utility>

#include "core/base/cpu.h"
#include "core/exec/parameters.h"

namespace alexnet {

Result<std::unique_ptr<InferencePlan>> CompileModel(
    std::shared_ptr<const Model> model, const SessionOptions& options,
    int64_t batch, std::vector<std::string> keep) {
  if (options.batch < 0 || options.batch > 65536) {
    return InvalidArgumentError(
               fmt::format("must be 0 (chosen) to 65536, not {}",
                           options.batch))
        .WithField("batch");
  }
  ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                           MakeBackend(options));
  InferenceOptions compile;
  compile.batch = options.batch > 0 ? options.batch : batch;
  compile.weight_dtype = options.weight_dtype;
  compile.keep = std::move(keep);
  const std::string path = model->path();
  const Network& network = model->network();
  auto plan = InferencePlan::Compile(
      network, std::move(backend),
      options.packed != nullptr ? options.packed
                                : std::make_shared<PackedParameters>(
                                      ParametersOf(model, options.threads)),
      compile);
  if (!plan.ok()) return plan.status().WithFile(path);
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
