// Pipeline: reads, decodes and augments pictures on threads of its own while
// the network computes.
//
// What it delivers is a pure function of data set, indices, options and the
// batch's (epoch, number): not of threads, timing or prefetch depth.

#ifndef ALEXNET_CORE_DATA_PIPELINE_H_
#define ALEXNET_CORE_DATA_PIPELINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/quarantine.h"
#include "core/preprocess/augmentation.h"
#include "core/preprocess/pixel_view.h"
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
  int batch = 128;        // samples
  bool ten_crop = false;  // kEvaluate: ten views of each sample instead of one
  int threads = 0;        // 0: AvailableCpus()
  int prefetch = 3;       // batches in memory beside the caller's
  uint64_t seed = 0;
  int64_t first_epoch = 0;  // kTrain: where to start
  int64_t first_batch = 0;  // of first_epoch
  QuarantineOptions quarantine;
  int64_t max_pixels = 100'000'000;
  // Decode JPEGs at a fraction of their size where that is at least twice what
  // the resize rule asks for (kTrain only; changes pixels slightly).
  bool fast_decode = false;
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

// One batch. The buffer is reused from call to call: keep one Batch and hand it
// to Next again and again.
struct Batch {
  int64_t epoch = 0;
  int64_t number = 0;  // within the epoch, from 0
  bool last_of_epoch = false;
  int64_t count = 0;  // samples
  int64_t views = 1;  // per sample
  // (count * views, C, H, W), views of a sample together.
  float* images() { return reinterpret_cast<float*>(buffer.data()); }
  const float* images() const {
    return reinterpret_cast<const float*>(buffer.data());
  }
  // With PipelineOptions::pixels: (count, canvas height, width, channels), see
  // PixelCanvasOf, and a view for each.
  const uint8_t* pixels() const {
    return reinterpret_cast<const uint8_t*>(buffer.data());
  }
  std::vector<PixelView> pixel_views;
  std::vector<int32_t> labels;   // (count)
  std::vector<int64_t> samples;  // (count) data set indices that were read
  AlignedBuffer buffer;
};

// Next and the destructor are for one thread; the rest is thread safe. The
// destructor stops the threads, whatever they do, within one picture's time.
class Pipeline {
 public:
  // `indices` are the samples to use. Refuses an empty list, an index or option
  // out of range, and preprocessing that does not validate.
  static Result<std::unique_ptr<Pipeline>> Create(
      std::shared_ptr<const Dataset> dataset, std::vector<int64_t> indices,
      const Preprocessing& preprocessing, const Augmentation& augmentation,
      const PipelineOptions& options);
  virtual ~Pipeline() = default;

  // The next batch into `batch`, waiting for it. kEvaluate: count 0 after the
  // last one. Not OK: interrupted (may be called again), or a permanent error
  // such as too many broken pictures, whose message names them.
  virtual Status Next(Batch* batch, const Interrupt& interrupt = {}) = 0;

  virtual int64_t batches_per_epoch() const = 0;
  // Broken pictures met so far.
  virtual std::vector<BrokenPicture> quarantine() const = 0;
  // Seconds that Next has waited for pictures, in all: time in which the
  // network was short of data.
  virtual double seconds_waited() const = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_PIPELINE_H_
