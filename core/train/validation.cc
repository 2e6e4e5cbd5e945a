#include "core/train/validation.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/exec/parameters.h"
#include "core/infer/evaluate.h"

namespace alexnet {
namespace {

constexpr int64_t kBatch = 32;

std::vector<int32_t> Identity(size_t classes) {
  std::vector<int32_t> map(classes);
  std::iota(map.begin(), map.end(), 0);
  return map;
}

}  // namespace

Validation::Validation(const TrainingJob& job,
                       std::unique_ptr<InferencePlan> plan)
    : job_(job),
      plan_(std::move(plan)),
      class_map_(Identity(job.data.classes().size())) {}

Result<std::unique_ptr<Validation>> Validation::Create(
    const TrainingJob& job, std::shared_ptr<ParameterSource> source) {
  const auto parameters = std::make_shared<PackedParameters>(std::move(source));
  InferenceOptions options;
  options.batch = std::min<int64_t>(
      kBatch, static_cast<int64_t>(job.data.validation_indices.size()));
  while (true) {
    auto plan =
        InferencePlan::Compile(job.network, job.backend, parameters, options);
    if (plan.ok()) {
      return std::unique_ptr<Validation>(new Validation(job, *std::move(plan)));
    }
    if (plan.status().code() != StatusCode::kOutOfMemory ||
        options.batch == 1) {
      return plan.status().WithContext("validation");
    }
    options.batch /= 2;
  }
}

Result<Evaluation> Validation::Evaluate(TrainingListener& listener,
                                        const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(plan_->Reload());
  EvaluationFeed feed;
  feed.loader_threads = job_.options.loader_threads;
  feed.quarantine.strict = job_.options.strict;
  feed.max_pixels = job_.options.max_pixels;
  feed.progress = [&](int64_t done, int64_t total) {
    listener.OnProgress("validated", done, total);
  };
  return EvaluatePlan(*plan_, job_.preprocessing, job_.data.validation,
                      job_.data.validation_indices, class_map_, feed,
                      interrupt);
}

}  // namespace alexnet
