#include "core/data/pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <limits>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "core/base/cpu.h"
#include "core/data/epoch_order.h"
#include "core/data/picture_source.h"
#include "core/preprocess/augment.h"
#include "core/preprocess/augmentation.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

using Clock = std::chrono::steady_clock;

// Samples that a thread takes at a time: enough that the lock costs nothing.
constexpr int64_t kClaim = 4;
constexpr int kMaxThreads = 1024;
constexpr int kMaxPrefetch = 64;
constexpr int kMaxBatch = 1 << 16;
constexpr std::chrono::milliseconds kPoll(50);

// A batch in the making. Its images, labels and samples are written by many
// threads, each its own part, without the lock; all else is guarded by it.
struct Draft {
  Batch batch;
  std::vector<uint8_t> good;  // per sample; kEvaluate leaves the others out
  std::shared_ptr<const std::vector<int64_t>> order;
  int64_t claimed = 0;
  int64_t finished = 0;
};

class PipelineImpl final : public Pipeline {
 public:
  PipelineImpl(std::shared_ptr<const Dataset> dataset,
               std::vector<int64_t> indices, const Preprocessing& preprocessing,
               const Augmentation& augmentation, const PipelineOptions& options)
      : dataset_(std::move(dataset)),
        indices_(std::move(indices)),
        preprocessing_(preprocessing),
        augmentation_(augmentation),
        options_(options),
        train_(options.mode == PipelineMode::kTrain),
        views_(options.ten_crop ? kTenCrop : 1),
        view_size_(int64_t{preprocessing.channels()} *
                   preprocessing.crop_height * preprocessing.crop_width),
        batches_(CountBatches(options, static_cast<int64_t>(indices_.size()))),
        quarantine_(options.quarantine, static_cast<int64_t>(indices_.size())),
        pictures_(dataset_, static_cast<int64_t>(indices_.size()),
                  preprocessing,
                  SourceOptions(preprocessing, augmentation, options)),
        ring_(options.prefetch) {}

  ~PipelineImpl() override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  Status Start() {
    const int wanted =
        options_.threads > 0 ? options_.threads : AvailableCpus();
    for (int i = 0; i < wanted; ++i) {
      try {
        threads_.emplace_back([this] { Work(); });
      } catch (const std::system_error&) {
        break;  // fewer threads deliver the same
      }
    }
    if (threads_.empty()) {
      return OutOfMemoryError("the system refuses to start a thread");
    }
    return Status();
  }

  Status Next(Batch* batch, const Interrupt& interrupt) override {
    while (true) {
      std::unique_lock<std::mutex> lock(mutex_);
      if (!train_ && taken_ == batches_) {
        batch->count = 0;
        batch->labels.clear();
        batch->samples.clear();
        return Status();
      }
      ALEXNET_RETURN_IF_ERROR(WaitForBatch(&lock, interrupt));
      Draft& draft = ring_[taken_ % ring_.size()];
      std::swap(*batch, draft.batch);
      const std::vector<uint8_t> good = std::move(draft.good);
      ++taken_;
      lock.unlock();
      work_.notify_all();
      LeaveOutBroken(good, batch);
      if (batch->count > 0) return Status();
    }
  }

  int64_t batches_per_epoch() const override { return batches_; }

  std::vector<BrokenPicture> quarantine() const override {
    return quarantine_.list();
  }

  double seconds_waited() const override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return waited_;
  }

  static int64_t CountBatches(const PipelineOptions& options, int64_t samples) {
    const bool drops = options.mode == PipelineMode::kTrain &&
                       options.last_batch == LastBatch::kDrop;
    return (samples + (drops ? 0 : options.batch - 1)) / options.batch;
  }

 private:
  static PictureSourceOptions SourceOptions(const Preprocessing& preprocessing,
                                            const Augmentation& augmentation,
                                            const PipelineOptions& options) {
    const bool train = options.mode == PipelineMode::kTrain;
    PictureSourceOptions source;
    source.decode.max_pixels = options.max_pixels;
    source.may_resize = !train || augmentation.crop != CropKind::kRandomResized;
    if (train && options.fast_decode && source.may_resize &&
        preprocessing.resize_rule != ResizeRule::kNone) {
      source.decode.short_side_hint = 2 * preprocessing.resize;
    }
    source.cache_bytes = options.cache_bytes;
    return source;
  }

  // Holds the lock on return if OK.
  Status WaitForBatch(std::unique_lock<std::mutex>* lock,
                      const Interrupt& interrupt) {
    const Clock::time_point begin = Clock::now();
    Status status;
    while (failure_.ok() && !Ready()) {
      status = interrupt.Check();
      if (!status.ok()) break;
      ready_.wait_for(*lock, kPoll);
    }
    waited_ += std::chrono::duration<double>(Clock::now() - begin).count();
    return failure_.ok() ? status : failure_;
  }

  bool Ready() const {
    if (taken_ >= opened_) return false;
    const Draft& draft = ring_[taken_ % ring_.size()];
    return draft.finished == draft.batch.count;
  }

  void LeaveOutBroken(const std::vector<uint8_t>& good, Batch* batch) const {
    int64_t kept = 0;
    const int64_t sample_floats = views_ * view_size_;
    for (int64_t i = 0; i < batch->count; ++i) {
      if (!good[i]) continue;
      if (kept != i) {
        std::memmove(batch->images() + kept * sample_floats,
                     batch->images() + i * sample_floats,
                     static_cast<size_t>(sample_floats) * sizeof(float));
        batch->labels[kept] = batch->labels[i];
        batch->samples[kept] = batch->samples[i];
      }
      ++kept;
    }
    batch->count = kept;
    batch->labels.resize(kept);
    batch->samples.resize(kept);
  }

  // With the lock: whether a further batch may be begun.
  bool MayOpen() const {
    return opened_ < taken_ + static_cast<int64_t>(ring_.size()) &&
           (train_ || opened_ < batches_);
  }

  // With the lock.
  Status Open() {
    const int64_t samples = static_cast<int64_t>(indices_.size());
    Draft& draft = ring_[opened_ % ring_.size()];
    Batch& batch = draft.batch;
    const int64_t number =
        opened_ + (train_ ? options_.first_batch : int64_t{0});
    batch.epoch =
        (train_ ? options_.first_epoch : int64_t{0}) + number / batches_;
    batch.number = number % batches_;
    batch.last_of_epoch = batch.number == batches_ - 1;
    const bool fills = train_ && options_.last_batch == LastBatch::kFill;
    batch.count =
        fills ? int64_t{options_.batch}
              : std::min<int64_t>(options_.batch,
                                  samples - batch.number * options_.batch);
    batch.views = views_;
    batch.labels.assign(batch.count, 0);
    batch.samples.assign(batch.count, 0);
    draft.good.assign(batch.count, 0);
    draft.claimed = 0;
    draft.finished = 0;
    const int64_t bytes =
        options_.pixels ? options_.batch * PixelCanvasOf(preprocessing_).bytes()
                        : options_.batch * views_ * view_size_ *
                              static_cast<int64_t>(sizeof(float));
    if (batch.buffer.size() < bytes) {
      ALEXNET_ASSIGN_OR_RETURN(
          batch.buffer, options_.allocate ? options_.allocate(bytes)
                                          : AlignedBuffer::Allocate(bytes));
    }
    if (options_.pixels) {
      batch.pixel_views.resize(static_cast<size_t>(options_.batch));
    }
    if (train_ && (order_ == nullptr || order_epoch_ != batch.epoch)) {
      order_ = std::make_shared<const std::vector<int64_t>>(
          EpochOrder(samples, options_.seed, batch.epoch));
      order_epoch_ = batch.epoch;
    }
    draft.order = order_;
    ++opened_;
    return Status();
  }

  // With the lock: the oldest batch with samples that nobody has taken on.
  Draft* Unclaimed() {
    for (int64_t i = taken_; i < opened_; ++i) {
      Draft& draft = ring_[i % ring_.size()];
      if (draft.claimed < draft.batch.count) return &draft;
    }
    return nullptr;
  }

  void Fail(const Status& status) {
    if (failure_.ok()) failure_ = status;
    ready_.notify_all();
    work_.notify_all();
  }

  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!stopping_ && failure_.ok()) {
      Draft* draft = Unclaimed();
      if (draft == nullptr) {
        if (!MayOpen()) {
          work_.wait(lock);
          continue;
        }
        if (const Status status = Open(); !status.ok()) return Fail(status);
        work_.notify_all();
        continue;
      }
      const int64_t begin = draft->claimed;
      const int64_t end = std::min(begin + kClaim, draft->batch.count);
      draft->claimed = end;
      lock.unlock();
      const Status status = MakeSamples(draft, begin, end);
      lock.lock();
      if (!status.ok()) return Fail(status);
      draft->finished += end - begin;
      if (draft->finished == draft->batch.count) ready_.notify_all();
    }
  }

  // Without the lock. The draft's fields that are read here do not change while
  // it has unfinished samples.
  Status MakeSamples(Draft* draft, int64_t begin, int64_t end) {
    const int64_t samples = static_cast<int64_t>(indices_.size());
    for (int64_t i = begin; i < end; ++i) {
      int64_t position = (draft->batch.number * options_.batch + i) % samples;
      if (train_) position = (*draft->order)[position];
      try {
        ALEXNET_RETURN_IF_ERROR(MakeSample(draft, i, position));
      } catch (const std::bad_alloc&) {
        return OutOfMemoryError(
            "no memory for the data pipeline; use fewer threads or a smaller "
            "batch");
      } catch (const std::exception& error) {
        return InternalError(error.what());
      }
    }
    return Status();
  }

  Status MakeSample(Draft* draft, int64_t slot, int64_t position) {
    const int64_t samples = static_cast<int64_t>(indices_.size());
    const int64_t drawn_for = indices_[position];
    for (int64_t attempt = 0; attempt < samples; ++attempt) {
      const int64_t index = indices_[(position + attempt) % samples];
      const Status status = Render(draft, slot, index, drawn_for);
      if (status.ok()) {
        draft->batch.labels[slot] = dataset_->label(index);
        draft->batch.samples[slot] = index;
        draft->good[slot] = 1;
        return Status();
      }
      if (status.code() == StatusCode::kOutOfMemory ||
          status.code() == StatusCode::kInternal) {
        return status;
      }
      ALEXNET_RETURN_IF_ERROR(quarantine_.Add(dataset_->name(index), status));
      if (!train_) return Status();
    }
    return DataLossError("none of the pictures can be read")
        .WithFile(dataset_->path());
  }

  Status Render(Draft* draft, int64_t slot, int64_t index, int64_t drawn_for) {
    Batch& batch = draft->batch;
    float* out = batch.images() + slot * views_ * view_size_;
    ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<const Image> image,
                             pictures_.Get(index));
    if (train_) {
      const AugmentationDraw draw = DrawAugmentation(
          augmentation_, options_.seed, static_cast<uint32_t>(batch.epoch),
          static_cast<uint32_t>(drawn_for));
      if (options_.pixels) {
        return RenderAugmentedPixels(
            *image, preprocessing_, augmentation_, draw,
            reinterpret_cast<uint8_t*>(batch.buffer.data()) +
                slot * PixelCanvasOf(preprocessing_).bytes(),
            &batch.pixel_views[static_cast<size_t>(slot)]);
      }
      return RenderAugmented(*image, preprocessing_, augmentation_, draw, out);
    }
    return options_.ten_crop ? RenderTenCrop(*image, preprocessing_, out)
                             : RenderCentre(*image, preprocessing_, out);
  }

  const std::shared_ptr<const Dataset> dataset_;
  const std::vector<int64_t> indices_;
  const Preprocessing preprocessing_;
  const Augmentation augmentation_;
  const PipelineOptions options_;
  const bool train_;
  const int64_t views_;
  const int64_t view_size_;  // floats
  const int64_t batches_;    // in an epoch
  Quarantine quarantine_;
  PictureSource pictures_;

  mutable std::mutex mutex_;       // guards what follows
  std::condition_variable work_;   // there is something for threads to do
  std::condition_variable ready_;  // a batch is finished, or a failure
  std::vector<Draft> ring_;        // batch number n is in ring_[n % size]
  int64_t opened_ = 0;             // batches begun
  int64_t taken_ = 0;              // batches that Next has taken
  std::shared_ptr<const std::vector<int64_t>> order_;  // of order_epoch_
  int64_t order_epoch_ = -1;
  Status failure_;
  bool stopping_ = false;
  double waited_ = 0.0;

  std::vector<std::thread> threads_;  // set by Start
};

Status CheckRange(int64_t value, int64_t low, int64_t high, const char* field) {
  if (value >= low && value <= high) return Status();
  return InvalidArgumentError(
             fmt::format("{}; it must be from {} to {}", value, low, high))
      .WithField(field);
}

Status CheckOptions(const PipelineOptions& options, int64_t samples) {
  constexpr int64_t kMaxEpoch = std::numeric_limits<uint32_t>::max();
  ALEXNET_RETURN_IF_ERROR(CheckRange(options.batch, 1, kMaxBatch, "batch"));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange(options.threads, 0, kMaxThreads, "threads"));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange(options.prefetch, 1, kMaxPrefetch, "prefetch"));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange(options.first_epoch, 0, kMaxEpoch, "first_epoch"));
  const int64_t batches = PipelineImpl::CountBatches(options, samples);
  if (batches == 0) {
    return InvalidArgumentError(
               fmt::format("{} pictures do not fill one batch of {}; use a "
                           "smaller batch",
                           samples, options.batch))
        .WithField("batch");
  }
  ALEXNET_RETURN_IF_ERROR(
      CheckRange(options.first_batch, 0, batches - 1, "first_batch"));
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

}  // namespace

Result<std::unique_ptr<Pipeline>> Pipeline::Create(
    std::shared_ptr<const Dataset> dataset, std::vector<int64_t> indices,
    const Preprocessing& preprocessing, const Augmentation& augmentation,
    const PipelineOptions& options) {
  ALEXNET_RETURN_IF_ERROR(ValidatePreprocessing(preprocessing));
  ALEXNET_RETURN_IF_ERROR(ValidateAugmentation(augmentation));
  if (augmentation.pad >=
      std::min(preprocessing.crop_height, preprocessing.crop_width)) {
    return InvalidArgumentError(
               fmt::format("pad is {}; it must be less than the network's "
                           "input of {} x {}",
                           augmentation.pad, preprocessing.crop_width,
                           preprocessing.crop_height))
        .WithField("augmentation.pad");
  }
  if (dataset == nullptr || indices.empty()) {
    return InvalidArgumentError("there are no pictures to read");
  }
  if (dataset->size() > std::numeric_limits<uint32_t>::max()) {
    return InvalidArgumentError("a data set of 2^32 pictures or more")
        .WithFile(dataset->path());
  }
  for (const int64_t index : indices) {
    ALEXNET_RETURN_IF_ERROR(
        CheckRange(index, 0, dataset->size() - 1, "indices"));
  }
  ALEXNET_RETURN_IF_ERROR(
      CheckOptions(options, static_cast<int64_t>(indices.size())));
  auto pipeline =
      std::make_unique<PipelineImpl>(std::move(dataset), std::move(indices),
                                     preprocessing, augmentation, options);
  ALEXNET_RETURN_IF_ERROR(pipeline->Start());
  return std::unique_ptr<Pipeline>(std::move(pipeline));
}

}  // namespace alexnet
