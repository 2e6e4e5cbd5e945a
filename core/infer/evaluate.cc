#include "core/infer/evaluate.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/base/check.h"
#include "core/data/decode.h"
#include "core/data/pipeline.h"
#include "core/infer/check_model.h"
#include "core/infer/computers.h"
#include "core/infer/match_classes.h"
#include "core/infer/view_runner.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

// Views. Whole pictures: what does not fill a plan is copied once more.
constexpr int64_t kDefaultBatch = 32;
constexpr int64_t kDefaultTenCropBatch = 3 * kTenCrop;

Status CheckFeed(const EvaluationFeed& feed) {
  // BEGIN options: core.checks evaluate_options nest=feed of=feed
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int>("loader_threads", feed.loader_threads, 0, 1'024));
  // END options
  return CheckMaxPixels(feed.max_pixels);
}

}  // namespace

Result<Evaluation> EvaluatePlan(Predictor& plan,
                                const Preprocessing& preprocessing,
                                std::shared_ptr<const Dataset> dataset,
                                std::span<const int64_t> indices,
                                std::span<const int32_t> class_map,
                                const EvaluationFeed& feed,
                                const Interrupt& interrupt) {
  PipelineOptions options;
  options.mode = PipelineMode::kEvaluate;
  options.ten_crop = feed.ten_crop;
  options.threads = feed.loader_threads;
  options.quarantine = feed.quarantine;
  options.max_pixels = feed.max_pixels;
  // Only training comes back to a picture.
  options.cache_bytes = 0;
  if (!plan.device().is_host()) {
    options.allocate = [&device = plan.device()](int64_t bytes) {
      return device.AllocateHost(bytes);
    };
  }
  const int64_t views = feed.ten_crop ? kTenCrop : 1;
  options.batch = static_cast<int>(std::max<int64_t>(1, plan.batch() / views));
  ALEXNET_ASSIGN_OR_RETURN(
      const std::unique_ptr<Pipeline> pipeline,
      Pipeline::Create(std::move(dataset),
                       std::vector<int64_t>(indices.begin(), indices.end()),
                       preprocessing, Augmentation(), options));

  ViewRunner runner(plan);
  EvaluationSums sums(runner.classes());
  std::vector<float> probabilities;
  std::vector<int32_t> labels;
  Batch batch;
  const auto start = std::chrono::steady_clock::now();
  while (true) {
    if (feed.check) ALEXNET_RETURN_IF_ERROR(feed.check());
    ALEXNET_RETURN_IF_ERROR(pipeline->Next(&batch, interrupt));
    if (batch.count == 0) break;
    probabilities.resize(static_cast<size_t>(batch.count * runner.classes()));
    ALEXNET_RETURN_IF_ERROR(runner.RunSamples(
        batch.images(), batch.count, batch.views, probabilities.data()));
    labels.clear();
    for (const int32_t label : batch.labels) {
      labels.push_back(class_map[static_cast<size_t>(label)]);
    }
    sums.Add(probabilities, labels, batch.samples);
    if (feed.progress) {
      feed.progress(sums.count(), static_cast<int64_t>(indices.size()));
    }
  }
  Evaluation result = sums.Finish();
  result.ten_crop = feed.ten_crop;
  result.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  if (result.seconds > 0) {
    result.images_per_second =
        static_cast<double>(result.count) / result.seconds;
  }
  result.broken = pipeline->quarantine();
  return result;
}

Status CheckEvaluated(const Evaluation& evaluation) {
  return evaluation.count > 0 ? Status()
                              : DataLossError("not one picture could be read");
}

void NameWorst(const Dataset& dataset, Evaluation* evaluation) {
  evaluation->worst_names.clear();
  for (const WrongPicture& picture : evaluation->worst) {
    evaluation->worst_names.push_back(dataset.name(picture.sample));
  }
}

Result<Evaluation> Evaluate(SharedModel& shared,
                            std::shared_ptr<const Dataset> dataset,
                            std::span<const int64_t> indices,
                            const EvaluateOptions& options,
                            const Interrupt& interrupt) {
  const Model& model = *shared.model();
  ALEXNET_RETURN_IF_ERROR(CheckFeed(options.feed));
  ALEXNET_RETURN_IF_ERROR(CheckClassifies(model));
  const auto match =
      MatchClasses(model.labels(), model.info().classes, dataset->classes());
  if (!match.ok()) return match.status().WithFile(model.path());
  ALEXNET_RETURN_IF_ERROR(CheckBatch(options));
  ALEXNET_ASSIGN_OR_RETURN(const Computers computers, MakeComputers(options));
  ALEXNET_ASSIGN_OR_RETURN(
      const std::unique_ptr<Predictor> plan,
      CompileModel(shared, computers, options,
                   options.feed.ten_crop ? kDefaultTenCropBatch : kDefaultBatch,
                   {}));
  ALEXNET_RETURN_IF_ERROR(
      TellNarrowWeights(shared, computers, options, interrupt));
  ALEXNET_ASSIGN_OR_RETURN(
      Evaluation result,
      EvaluatePlan(*plan, model.preprocessing(), dataset, indices, match->map,
                   options.feed, interrupt));
  ALEXNET_RETURN_IF_ERROR(CheckEvaluated(result));
  NameWorst(*dataset, &result);
  result.match_note = match->note;
  for (int64_t c = 0; c < result.classes; ++c) {
    result.class_names.push_back(model.Label(c));
  }
  return result;
}

}  // namespace alexnet
