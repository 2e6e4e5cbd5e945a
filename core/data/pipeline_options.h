// What a Pipeline delivers, and with what.

#ifndef ALEXNET_CORE_DATA_PIPELINE_OPTIONS_H_
#define ALEXNET_CORE_DATA_PIPELINE_OPTIONS_H_

#include <cstdint>
#include <functional>

#include "core/base/status.h"
#include "core/data/decode.h"
#include "core/data/quarantine.h"
#include "core/preprocess/augmentation.h"
#include "core/preprocess/spec.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// kTrain: shuffled (Philox keyed by seed and epoch), augmented, epoch after
// epoch without end. A broken picture is replaced by the next good one in the
// order of `indices`.
// kEvaluate: in order, not augmented, once. Broken pictures are left out, so a
// batch may hold fewer samples than asked for.
enum class PipelineMode : int8_t { kTrain = 0, kEvaluate = 1 };

// What kTrain does when the batch does not divide the samples: kFill takes the
// missing ones from the start of the epoch's order, kDrop leaves the rest out,
// kKeep delivers a smaller last batch. kEvaluate always keeps.
enum class LastBatch : int8_t { kFill = 0, kDrop = 1, kKeep = 2 };

struct PipelineOptions {
  PipelineMode mode = PipelineMode::kTrain;
  LastBatch last_batch = LastBatch::kFill;
  int batch = 128;  // samples
  // kTrain, where all batches are full: which samples of each are delivered,
  // since one of several ranks wants only those. They are what they are in the
  // whole batch.
  int first_sample = 0;
  int samples = 0;        // 0: all from first_sample on
  bool ten_crop = false;  // kEvaluate: ten views of each sample instead of one
  int threads = 0;        // 0: AvailableCpus()
  int prefetch = 3;       // batches in memory beside the caller's
  uint64_t seed = 0;
  int64_t first_epoch = 0;  // kTrain: where to start
  int64_t first_batch = 0;  // of first_epoch
  QuarantineOptions quarantine;
  int64_t max_pixels = kDefaultMaxPixels;
  // Resized pictures of a small data set are kept in up to this many bytes, if
  // all of it fits, so that later epochs neither read nor decode. 0: never.
  int64_t cache_bytes = 1LL << 30;
  // kTrain: 8-bit pixels and views of them in place of floats, for a device
  // that normalizes itself.
  bool pixels = false;
  // Where batches are written; null: AlignedBuffer::Allocate. Called on any
  // thread.
  std::function<Result<AlignedBuffer>(int64_t bytes)> allocate = nullptr;
};

// Samples that are delivered of a full batch.
int SamplesOfBatch(const PipelineOptions& options);

// Batches in an epoch of `samples` samples.
int64_t CountBatches(const PipelineOptions& options, int64_t samples);

// Refuses options out of range or that exclude each other, and preprocessing
// and augmentation that do not validate.
Status CheckPipelineOptions(const PipelineOptions& options, int64_t samples,
                            const Preprocessing& preprocessing,
                            const Augmentation& augmentation);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_PIPELINE_OPTIONS_H_
