// Pipeline: reads, decodes and augments pictures on threads of its own while
// the network computes.
//
// What it delivers is a pure function of data set, indices, options and the
// batch's (epoch, number): not of threads, timing or prefetch depth.

#ifndef ALEXNET_CORE_DATA_PIPELINE_H_
#define ALEXNET_CORE_DATA_PIPELINE_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/birthplace.h"
#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/picture_source.h"
#include "core/data/pipeline_options.h"
#include "core/data/quarantine.h"
#include "core/preprocess/augmentation.h"
#include "core/preprocess/pixel_view.h"
#include "core/preprocess/spec.h"
#include "core/tensor/tensor.h"

namespace alexnet {

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
// destructor stops the threads, whatever they do, within one picture's time. In
// a child of fork Next refuses.
class Pipeline {
 public:
  // `indices` are the samples to use; one that comes again is augmented
  // otherwise each time. Refuses an empty list, an index or option
  // out of range, and preprocessing that does not validate.
  static Result<std::unique_ptr<Pipeline>> Create(
      std::shared_ptr<const Dataset> dataset, std::vector<int64_t> indices,
      const Preprocessing& preprocessing, const Augmentation& augmentation,
      const PipelineOptions& options);
  ~Pipeline();

  // The next batch into `batch`, waiting for it. kEvaluate: count 0 after the
  // last one. Not OK: interrupted (may be called again), or a permanent error
  // such as too many broken pictures, whose message names them.
  Status Next(Batch* batch, const Interrupt& interrupt = {});

  int64_t batches_per_epoch() const { return batches_; }
  // Broken pictures met so far.
  std::vector<BrokenPicture> quarantine() const { return quarantine_.list(); }
  // All but the first `known`, in the order in which they were met.
  std::vector<BrokenPicture> BrokenSince(size_t known) const {
    return quarantine_.Since(known);
  }
  // Seconds that Next has waited for pictures, in all: time in which the
  // network was short of data.
  double seconds_waited() const;

 private:
  // A batch in the making. Its images, labels and samples are written by many
  // threads, each its own part, without the lock; all else is guarded by it.
  struct Draft {
    Batch batch;
    std::vector<uint8_t> good;  // per sample; kEvaluate leaves the others out
    std::shared_ptr<const std::vector<int64_t>> order;
    int64_t claimed = 0;
    int64_t finished = 0;
  };

  Pipeline(std::shared_ptr<const Dataset> dataset, std::vector<int64_t> indices,
           const Preprocessing& preprocessing, const Augmentation& augmentation,
           const PipelineOptions& options);

  Status Start();
  // Holds the lock on return if OK.
  Status WaitForBatch(std::unique_lock<std::mutex>* lock,
                      const Interrupt& interrupt);
  void LeaveOutBroken(const std::vector<uint8_t>& good, Batch* batch) const;
  // What the threads do.
  void Work();
  void MakeBatches();  // until told to stop; may throw

  // With the lock.
  bool Ready() const;
  bool MayOpen() const;  // whether a further batch may be begun
  Status Open();
  Draft* Unclaimed();  // the oldest with samples that nobody has taken on
  void Fail(const Status& status);

  // Without the lock. The draft's fields that are read here do not change while
  // it has unfinished samples.
  Status MakeSamples(Draft* draft, int64_t begin, int64_t end);
  Status MakeSample(Draft* draft, int64_t slot, int64_t position);
  Status Render(Draft* draft, int64_t slot, int64_t index, int64_t drawn_for);

  const Birthplace birthplace_;
  const std::shared_ptr<const Dataset> dataset_;
  const std::vector<int64_t> indices_;
  const std::vector<int64_t> drawn_for_;  // of each, see DrawsOf
  const Preprocessing preprocessing_;
  const Augmentation augmentation_;
  const PipelineOptions options_;
  const bool train_;
  const int64_t views_;
  const int64_t samples_of_batch_;
  const int64_t view_size_;  // floats
  const int64_t batches_;    // in an epoch
  Quarantine quarantine_;
  PictureSource pictures_;

  mutable std::mutex mutex_;  // guards what follows
  // There is something for threads to do.
  OnlyHere<std::condition_variable> work_;
  OnlyHere<std::condition_variable>
      ready_;                // a batch is finished, or a failure
  std::vector<Draft> ring_;  // batch number n is in ring_[n % size]
  int64_t opened_ = 0;       // batches begun
  int64_t taken_ = 0;        // batches that Next has taken
  std::shared_ptr<const std::vector<int64_t>> order_;  // of order_epoch_
  int64_t order_epoch_ = -1;
  Status failure_;
  bool stopping_ = false;
  double waited_ = 0.0;

  OnlyHere<std::vector<std::thread>> threads_;  // set by Start
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_PIPELINE_H_
