#include "core/data/pipeline_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "core/base/check.h"

namespace alexnet {

int SamplesOfBatch(const PipelineOptions& options) {
  return options.samples > 0 ? options.samples
                             : options.batch - options.first_sample;
}

int64_t CountBatches(const PipelineOptions& options, int64_t samples) {
  const bool drops = options.mode == PipelineMode::kTrain &&
                     options.last_batch == LastBatch::kDrop;
  return (samples + (drops ? 0 : options.batch - 1)) / options.batch;
}

Status CheckPipelineOptions(const PipelineOptions& options, int64_t samples,
                            const Preprocessing& preprocessing,
                            const Augmentation& augmentation) {
  constexpr int kMaxThreads = 1024;
  constexpr int kMaxPrefetch = 64;
  constexpr int kMaxBatch = 1 << 16;
  constexpr int64_t kMaxEpoch = std::numeric_limits<uint32_t>::max();
  ALEXNET_RETURN_IF_ERROR(ValidatePreprocessing(preprocessing));
  ALEXNET_RETURN_IF_ERROR(ValidateAugmentation(augmentation));
  if (augmentation.pad >=
      std::min(preprocessing.crop_height, preprocessing.crop_width)) {
    return InvalidArgumentError(
               fmt::format("is {}; it must be less than the network's "
                           "input of {} x {}",
                           augmentation.pad, preprocessing.crop_width,
                           preprocessing.crop_height))
        .WithField("pad");
  }
  ALEXNET_RETURN_IF_ERROR(CheckRange("batch", options.batch, 1, kMaxBatch));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("threads", options.threads, 0, kMaxThreads));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("prefetch", options.prefetch, 1, kMaxPrefetch));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("first_epoch", options.first_epoch, 0, kMaxEpoch));
  ALEXNET_RETURN_IF_ERROR(CheckMaxPixels(options.max_pixels));
  const int64_t batches = CountBatches(options, samples);
  if (batches == 0) {
    return InvalidArgumentError(
               fmt::format("{} pictures do not fill one batch of {}; use a "
                           "smaller batch",
                           samples, options.batch))
        .WithField("batch");
  }
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("first_batch", options.first_batch, 0, batches - 1));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("first_sample", options.first_sample, 0, options.batch - 1));
  ALEXNET_RETURN_IF_ERROR(CheckRange("samples", options.samples, 0,
                                     options.batch - options.first_sample));
  if (SamplesOfBatch(options) != options.batch &&
      (options.mode != PipelineMode::kTrain ||
       options.last_batch == LastBatch::kKeep)) {
    return InvalidArgumentError(
               "a part of each batch is for training on full batches only")
        .WithField("samples");
  }
  if (options.ten_crop && options.mode == PipelineMode::kTrain) {
    return InvalidArgumentError("ten views are for evaluation only")
        .WithField("ten_crop");
  }
  if (options.pixels && options.mode != PipelineMode::kTrain) {
    return InvalidArgumentError("pixels are for training only")
        .WithField("pixels");
  }
  return Status();
}

}  // namespace alexnet
