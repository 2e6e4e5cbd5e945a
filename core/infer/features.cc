#include "core/infer/features.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/check.h"
#include "core/data/decode.h"
#include "core/infer/check_model.h"
#include "core/infer/computers.h"
#include "core/preprocess/augmentation.h"

namespace alexnet {
namespace {

constexpr int64_t kDefaultBatch = 32;

Status CheckOptions(const FeatureOptions& options) {
  // BEGIN options: core.checks feature_options of=options
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int>("loader_threads", options.loader_threads, 0, 1'024));
  // END options
  return CheckMaxPixels(options.max_pixels);
}

Result<std::unique_ptr<Pipeline>> StartPipeline(
    const Model& model, InferencePlan& plan,
    std::shared_ptr<const Dataset> pictures, const FeatureOptions& options) {
  PipelineOptions pipeline;
  pipeline.mode = PipelineMode::kEvaluate;
  pipeline.batch = static_cast<int>(plan.batch());
  pipeline.threads = options.loader_threads;
  pipeline.quarantine.strict = options.strict;
  // A row fewer is no wrong result, as an average over fewer pictures is.
  pipeline.quarantine.least = pictures->size();
  pipeline.max_pixels = options.max_pixels;
  pipeline.cache_bytes = 0;
  if (!plan.device().is_host()) {
    pipeline.allocate = [&device = plan.device()](int64_t bytes) {
      return device.AllocateHost(bytes);
    };
  }
  std::vector<int64_t> all(static_cast<size_t>(pictures->size()));
  std::iota(all.begin(), all.end(), 0);
  return Pipeline::Create(std::move(pictures), std::move(all),
                          model.preprocessing(), Augmentation(), pipeline);
}

}  // namespace

Result<std::unique_ptr<Features>> Features::Create(
    const std::shared_ptr<SharedModel>& shared, const std::string& layer,
    std::shared_ptr<const Dataset> pictures, const FeatureOptions& options) {
  ALEXNET_RETURN_IF_ERROR(CheckOptions(options));
  const Model& model = *shared->model();
  const Result<int> index = FindLayer(model.network(), layer);
  if (!index.ok()) return index.status().WithField("layer");
  ALEXNET_RETURN_IF_ERROR(CheckBatch(options));
  ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<Backend> backend,
                           MakeBackend(options));
  ALEXNET_ASSIGN_OR_RETURN(
      std::unique_ptr<InferencePlan> plan,
      CompileNetwork(*shared, NetworkUpTo(model.network(), *index),
                     std::move(backend), options, kDefaultBatch, {}));
  if (options.weight_dtype != WeightType::kF32) {
    // The whole network's, of which the plan may have but a part.
    ALEXNET_ASSIGN_OR_RETURN(const Computers computers, MakeComputers(options));
    ALEXNET_RETURN_IF_ERROR(TellNarrowWeights(*shared, computers, options, {}));
  }
  ALEXNET_ASSIGN_OR_RETURN(
      std::unique_ptr<Pipeline> pipeline,
      StartPipeline(model, *plan, std::move(pictures), options));
  return std::unique_ptr<Features>(
      new Features(shared, std::move(plan), std::move(pipeline)));
}

Features::Features(std::shared_ptr<SharedModel> model,
                   std::unique_ptr<InferencePlan> plan,
                   std::unique_ptr<Pipeline> pipeline)
    : model_(std::move(model)),
      plan_(std::move(plan)),
      pipeline_(std::move(pipeline)),
      runner_(*plan_),
      shape_(plan_->info().layers.back().out) {}

Result<int64_t> Features::Next(std::span<int64_t> pictures,
                               std::span<float> rows,
                               const Interrupt& interrupt) {
  const auto short_of = [](const char* field, size_t size, int64_t wanted) {
    return InvalidArgumentError(
               fmt::format("is {}, but a batch takes {}", size, wanted))
        .WithField(field);
  };
  if (pictures.size() < static_cast<size_t>(batch())) {
    return short_of("index_count", pictures.size(), batch());
  }
  if (rows.size() < static_cast<size_t>(batch() * size())) {
    return short_of("value_size", rows.size(), batch() * size());
  }
  ALEXNET_RETURN_IF_ERROR(pipeline_->Next(&batch_, interrupt));
  if (batch_.count == 0) {
    TakeBroken();
    if (given_ > 0) return int64_t{0};
    std::string message = "not one picture could be read";
    if (!broken_.empty()) {
      message +=
          fmt::format("; {}: {}", broken_.front().name, broken_.front().reason);
    }
    return DataLossError(message);
  }
  ALEXNET_RETURN_IF_ERROR(
      runner_.Run(batch_.images(), batch_.count, rows.data()));
  std::copy(batch_.samples.begin(), batch_.samples.end(), pictures.begin());
  given_ += batch_.count;
  const int64_t next = batch_.samples.back() + 1;
  if (next - next_picture_ > batch_.count) TakeBroken();
  next_picture_ = next;
  return batch_.count;
}

void Features::TakeBroken() {
  for (BrokenPicture& each : pipeline_->BrokenSince(broken_.size())) {
    broken_.push_back(std::move(each));
  }
}

}  // namespace alexnet
