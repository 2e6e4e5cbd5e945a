#include "core/train/batch_traffic.h"

#include <utility>

#include "core/preprocess/view.h"

namespace alexnet {

std::optional<PixelInput> BatchTraffic::PixelInputOf(
    Backend& backend, const Preprocessing& from) {
  if (backend.device().is_host()) return std::nullopt;
  PixelInput pixels;
  pixels.canvas = PixelCanvasOf(from);
  if (from.subtracts_image()) pixels.mean_image = from.mean_image;
  return pixels;
}

Result<std::unique_ptr<BatchTraffic>> BatchTraffic::Start(
    const TrainingJob& job, TrainingRank& rank, int64_t epoch, int64_t batch) {
  PipelineOptions options;
  options.batch = job.recipe.batch;
  options.first_sample = static_cast<int>(rank.samples().begin);
  options.samples = static_cast<int>(rank.samples().count());
  options.threads = job.options.loader_threads;
  options.seed = job.seed;
  options.first_epoch = epoch;
  options.first_batch = batch;
  options.quarantine.strict = job.options.strict;
  options.max_pixels = job.options.max_pixels;
  options.pixels = !job.backend->device().is_host();
  if (options.pixels) {
    options.allocate = [backend = job.backend](int64_t bytes) {
      return backend->device().AllocateHost(bytes);
    };
  }
  ALEXNET_ASSIGN_OR_RETURN(
      std::unique_ptr<Pipeline> pipeline,
      Pipeline::Create(job.data.train, job.data.train_indices,
                       job.preprocessing, job.recipe.augmentation, options));
  return std::unique_ptr<BatchTraffic>(
      new BatchTraffic(job.seed, options.pixels, rank, std::move(pipeline)));
}

BatchTraffic::BatchTraffic(uint64_t seed, bool pixels, TrainingRank& rank,
                           std::unique_ptr<Pipeline> pipeline)
    : seed_(seed),
      pixels_(pixels),
      most_sent_(pixels ? TrainingPlan::kQueuedSteps : 1),
      rank_(rank),
      pipeline_(std::move(pipeline)) {}

Status BatchTraffic::Send(const BatchOrder& order, const Interrupt& interrupt) {
  Batch& batch = slots_[static_cast<size_t>(order.step) % slots_.size()];
  if (const Status next = pipeline_->Next(&batch, interrupt); !next.ok()) {
    lacks_pictures_ = true;
    return next;
  }
  if (batch.epoch != order.epoch || batch.number != order.batch) {
    return InternalError("the pipeline delivered another batch than the next");
  }
  StepInput input;
  if (pixels_) {
    input.pixels = {batch.pixels(), batch.pixel_views.data()};
  } else {
    input.images = batch.images();
  }
  input.labels = batch.labels.data();
  input.random = {.seed = seed_, .step = static_cast<uint32_t>(order.step)};
  input.count_dead_units = order.count_dead_units;
  // Not before there are pictures, without which no rank could go on.
  ALEXNET_RETURN_IF_ERROR(rank_.Tell(order));
  ALEXNET_RETURN_IF_ERROR(rank_.plan().Enqueue(input, order.rule, interrupt));
  ++sent_;
  return Status();
}

Result<StepResult> BatchTraffic::Receive() {
  --sent_;
  return rank_.plan().Await();
}

Status BatchTraffic::Discard() {
  while (sent_ > 0) ALEXNET_RETURN_IF_ERROR(Receive().status());
  return Status();
}

}  // namespace alexnet
