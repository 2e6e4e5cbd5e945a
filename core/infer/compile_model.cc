#include "core/infer/compile_model.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/exec/inference_plan.h"

namespace alexnet {

Status CheckBatch(const CompileOptions& options) {
  constexpr int64_t kLargestBatch = 65536;
  return CheckRange("batch", options.batch, 0, kLargestBatch);
}

namespace {

Result<std::unique_ptr<Predictor>> CompileFor(SharedModel& model,
                                              const Computers& computers,
                                              const InferenceOptions& options) {
  const Network& network = model.model()->network();
  const PredictionRanks& ranks = computers.ranks;
  if (!computers.several()) {
    const std::shared_ptr<Backend>& backend = ranks.backends.front();
    ALEXNET_ASSIGN_OR_RETURN(
        std::unique_ptr<Predictor> plan,
        InferencePlan::Compile(network, backend, model.Packed(*backend),
                               options));
    return plan;
  }
  const NetworkInfo& info = model.model()->info();
  const Result<ParallelPlan> plan =
      MakePredictionPlan(network, info, computers.parallel,
                         static_cast<int>(ranks.backends.size()));
  if (!plan.ok()) return plan.status().WithField("devices");
  const auto packed = [&](int rank) {
    return model.Packed(*ranks.backends[static_cast<size_t>(rank)], *plan,
                        rank);
  };
  ALEXNET_ASSIGN_OR_RETURN(
      std::unique_ptr<Predictor> predictor,
      RankPredictor::Create(network, info, *plan, ranks, packed, options));
  return predictor;
}

}  // namespace

Result<std::unique_ptr<Predictor>> CompileModel(SharedModel& model,
                                                const Computers& computers,
                                                const CompileOptions& options,
                                                int64_t batch,
                                                std::vector<std::string> keep) {
  ALEXNET_RETURN_IF_ERROR(CheckBatch(options));
  InferenceOptions compile;
  compile.batch = options.batch > 0 ? options.batch
                                    : std::max(batch, computers.least_batch());
  compile.weight_dtype = options.weight_dtype;
  compile.keep = std::move(keep);
  auto predictor = CompileFor(model, computers, compile);
  if (!predictor.ok()) {
    return predictor.status().WithFile(model.model()->path());
  }
  return predictor;
}

Result<std::unique_ptr<InferencePlan>> CompileNetwork(
    SharedModel& model, const Network& network,
    std::shared_ptr<Backend> backend, const CompileOptions& options,
    int64_t batch, std::vector<std::string> keep) {
  ALEXNET_RETURN_IF_ERROR(CheckBatch(options));
  InferenceOptions compile;
  compile.batch = options.batch > 0 ? options.batch : batch;
  compile.weight_dtype = options.weight_dtype;
  compile.keep = std::move(keep);
  std::shared_ptr<PackedParameters> packed = model.Packed(*backend);
  auto plan = InferencePlan::Compile(network, std::move(backend),
                                     std::move(packed), compile);
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
