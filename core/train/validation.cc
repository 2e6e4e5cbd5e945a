#include "core/train/validation.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/exec/parameters.h"
#include "core/infer/evaluate.h"
#include "core/parallel/blob_placement.h"

namespace alexnet {
namespace {

constexpr int64_t kBatch = 32;

std::vector<int32_t> Identity(size_t classes) {
  std::vector<int32_t> map(classes);
  std::iota(map.begin(), map.end(), 0);
  return map;
}

std::vector<int64_t> ShareOf(const std::vector<int64_t>& indices, int rank,
                             int ranks) {
  const Range share = PartOf(static_cast<int64_t>(indices.size()), rank, ranks);
  return {indices.begin() + share.begin, indices.begin() + share.end};
}

}  // namespace

Validation::Validation(const TrainingJob& job, int rank, int ranks)
    : job_(job),
      indices_(ShareOf(job.data.validation_indices, rank, ranks)),
      class_map_(Identity(job.data.classes().size())) {}

Result<std::unique_ptr<Validation>> Validation::Create(
    const TrainingJob& job, int rank, int ranks,
    std::shared_ptr<ParameterSource> source) {
  std::unique_ptr<Validation> validation;
  if (job.data.validation_indices.empty()) return validation;
  validation.reset(new Validation(job, rank, ranks));
  ALEXNET_RETURN_IF_ERROR(validation->Compile(std::move(source)));
  return validation;
}

Status Validation::Compile(std::shared_ptr<ParameterSource> source) {
  if (indices_.empty()) return Status();
  const auto parameters = std::make_shared<PackedParameters>(std::move(source));
  InferenceOptions options;
  options.batch =
      std::min<int64_t>(kBatch, static_cast<int64_t>(indices_.size()));
  while (true) {
    auto plan =
        InferencePlan::Compile(job_.network, job_.backend, parameters, options);
    if (plan.ok()) {
      plan_ = *std::move(plan);
      return Status();
    }
    if (plan.status().code() != StatusCode::kOutOfMemory ||
        options.batch == 1) {
      return plan.status().WithContext("validation");
    }
    options.batch /= 2;
  }
}

Result<Evaluation> Validation::Evaluate(TrainingListener& listener,
                                        const Interrupt& interrupt,
                                        const std::function<Status()>& check) {
  if (plan_ == nullptr) {
    return EvaluationSums(static_cast<int64_t>(class_map_.size())).Finish();
  }
  ALEXNET_RETURN_IF_ERROR(plan_->Reload());
  EvaluationFeed feed;
  feed.loader_threads = job_.options.loader_threads;
  feed.quarantine.strict = job_.options.strict;
  feed.max_pixels = job_.options.max_pixels;
  feed.check = check;
  const auto all = static_cast<int64_t>(job_.data.validation_indices.size());
  feed.progress = [&](int64_t done, int64_t total) {
    listener.OnProgress("validated", done * all / total, all);
  };
  return EvaluatePlan(*plan_, job_.preprocessing, job_.data.validation,
                      indices_, class_map_, feed, interrupt);
}

}  // namespace alexnet
