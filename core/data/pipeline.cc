#include "core/data/pipeline.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <limits>
#include <new>
#include <utility>

#include "core/base/check.h"
#include "core/base/cpu.h"
#include "core/base/no_thread_error.h"
#include "core/data/epoch_order.h"
#include "core/preprocess/augment.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

using Clock = std::chrono::steady_clock;

// Samples that a thread takes at a time: enough that the lock costs nothing.
constexpr int64_t kClaim = 4;
constexpr std::chrono::milliseconds kPoll(50);

PictureSourceOptions SourceOptions(const Augmentation& augmentation,
                                   const PipelineOptions& options) {
  PictureSourceOptions source;
  source.decode.max_pixels = options.max_pixels;
  source.may_resize = options.mode != PipelineMode::kTrain ||
                      augmentation.crop != CropKind::kRandomResized;
  source.cache_bytes = options.cache_bytes;
  return source;
}

// What each sample's augmentation is drawn for: itself, and where it comes
// again a number of its own, so that it looks otherwise.
std::vector<int64_t> DrawsOf(const std::vector<int64_t>& indices,
                             int64_t samples) {
  std::vector<bool> seen(static_cast<size_t>(samples), false);
  std::vector<int64_t> draws = indices;
  for (size_t i = 0; i < indices.size(); ++i) {
    const auto index = static_cast<size_t>(indices[i]);
    if (seen[index]) draws[i] = samples + static_cast<int64_t>(i);
    seen[index] = true;
  }
  return draws;
}

Status NoMemoryError() {
  return OutOfMemoryError(
      "no memory for the data pipeline; use fewer threads or a smaller batch");
}

}  // namespace

Result<std::unique_ptr<Pipeline>> Pipeline::Create(
    std::shared_ptr<const Dataset> dataset, std::vector<int64_t> indices,
    const Preprocessing& preprocessing, const Augmentation& augmentation,
    const PipelineOptions& options) {
  if (dataset == nullptr || indices.empty()) {
    return InvalidArgumentError("there are no pictures to read");
  }
  if (dataset->size() > std::numeric_limits<uint32_t>::max()) {
    return InvalidArgumentError("a data set of 2^32 pictures or more")
        .WithFile(dataset->path());
  }
  for (const int64_t index : indices) {
    ALEXNET_RETURN_IF_ERROR(
        CheckRange("indices", index, 0, dataset->size() - 1));
  }
  ALEXNET_RETURN_IF_ERROR(
      CheckPipelineOptions(options, static_cast<int64_t>(indices.size()),
                           preprocessing, augmentation));
  std::unique_ptr<Pipeline> pipeline(
      new Pipeline(std::move(dataset), std::move(indices), preprocessing,
                   augmentation, options));
  ALEXNET_RETURN_IF_ERROR(pipeline->Start());
  return pipeline;
}

Pipeline::Pipeline(std::shared_ptr<const Dataset> dataset,
                   std::vector<int64_t> indices,
                   const Preprocessing& preprocessing,
                   const Augmentation& augmentation,
                   const PipelineOptions& options)
    : dataset_(std::move(dataset)),
      indices_(std::move(indices)),
      drawn_for_(DrawsOf(indices_, dataset_->size())),
      preprocessing_(preprocessing),
      augmentation_(augmentation),
      options_(options),
      train_(options.mode == PipelineMode::kTrain),
      views_(options.ten_crop ? kTenCrop : 1),
      samples_of_batch_(SamplesOfBatch(options)),
      view_size_(int64_t{preprocessing.channels()} * preprocessing.crop_height *
                 preprocessing.crop_width),
      batches_(CountBatches(options, static_cast<int64_t>(indices_.size()))),
      quarantine_(options.quarantine, static_cast<int64_t>(indices_.size())),
      pictures_(dataset_, static_cast<int64_t>(indices_.size()), preprocessing,
                SourceOptions(augmentation, options)),
      ring_(options.prefetch) {}

Pipeline::~Pipeline() {
  if (!birthplace_.Here()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  work_->notify_all();
  for (std::thread& thread : *threads_) thread.join();
}

Status Pipeline::Start() {
  const int wanted = options_.threads > 0 ? options_.threads : AvailableCpus();
  for (int i = 0; i < wanted; ++i) {
    try {
      threads_->emplace_back([this] { Work(); });
    } catch (const std::exception&) {
      break;  // the limit of threads, or of memory: fewer deliver the same
    }
  }
  return threads_->empty() ? NoThreadError() : Status();
}

Status Pipeline::Next(Batch* batch, const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
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
    work_->notify_all();
    LeaveOutBroken(good, batch);
    if (batch->count > 0) return Status();
  }
}

double Pipeline::seconds_waited() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return waited_;
}

Status Pipeline::WaitForBatch(std::unique_lock<std::mutex>* lock,
                              const Interrupt& interrupt) {
  const Clock::time_point begin = Clock::now();
  Status status;
  while (failure_.ok() && !Ready()) {
    status = interrupt.Check();
    if (!status.ok()) break;
    ready_->wait_for(*lock, kPoll);
  }
  waited_ += std::chrono::duration<double>(Clock::now() - begin).count();
  return failure_.ok() ? status : failure_;
}

bool Pipeline::Ready() const {
  if (taken_ >= opened_) return false;
  const Draft& draft = ring_[taken_ % ring_.size()];
  return draft.finished == draft.batch.count;
}

void Pipeline::LeaveOutBroken(const std::vector<uint8_t>& good,
                              Batch* batch) const {
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

bool Pipeline::MayOpen() const {
  return opened_ < taken_ + static_cast<int64_t>(ring_.size()) &&
         (train_ || opened_ < batches_);
}

Status Pipeline::Open() {
  const int64_t samples = static_cast<int64_t>(indices_.size());
  Draft& draft = ring_[opened_ % ring_.size()];
  Batch& batch = draft.batch;
  const int64_t number = opened_ + (train_ ? options_.first_batch : int64_t{0});
  batch.epoch =
      (train_ ? options_.first_epoch : int64_t{0}) + number / batches_;
  batch.number = number % batches_;
  batch.last_of_epoch = batch.number == batches_ - 1;
  const bool fills = train_ && options_.last_batch == LastBatch::kFill;
  batch.count =
      fills ? int64_t{samples_of_batch_}
            : std::min<int64_t>(samples_of_batch_,
                                samples - batch.number * options_.batch);
  batch.views = views_;
  batch.labels.assign(batch.count, 0);
  batch.samples.assign(batch.count, 0);
  draft.good.assign(batch.count, 0);
  draft.claimed = 0;
  draft.finished = 0;
  const int64_t bytes =
      options_.pixels
          ? samples_of_batch_ * PixelCanvasOf(preprocessing_).bytes()
          : samples_of_batch_ * views_ * view_size_ *
                static_cast<int64_t>(sizeof(float));
  if (batch.buffer.size() < bytes) {
    ALEXNET_ASSIGN_OR_RETURN(
        batch.buffer, options_.allocate ? options_.allocate(bytes)
                                        : AlignedBuffer::Allocate(bytes));
  }
  if (options_.pixels) {
    batch.pixel_views.resize(static_cast<size_t>(samples_of_batch_));
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

Pipeline::Draft* Pipeline::Unclaimed() {
  for (int64_t i = taken_; i < opened_; ++i) {
    Draft& draft = ring_[i % ring_.size()];
    if (draft.claimed < draft.batch.count) return &draft;
  }
  return nullptr;
}

void Pipeline::Fail(const Status& status) {
  if (failure_.ok()) failure_ = status;
  ready_->notify_all();
  work_->notify_all();
}

void Pipeline::Work() {
  Status status;
  try {
    MakeBatches();
    return;
  } catch (const std::bad_alloc&) {
    status = NoMemoryError();
  } catch (const std::exception& error) {
    status = InternalError(error.what());
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  Fail(status);
}

void Pipeline::MakeBatches() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopping_ && failure_.ok()) {
    Draft* draft = Unclaimed();
    if (draft == nullptr) {
      if (!MayOpen()) {
        work_->wait(lock);
        continue;
      }
      if (const Status status = Open(); !status.ok()) return Fail(status);
      work_->notify_all();
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
    if (draft->finished == draft->batch.count) ready_->notify_all();
  }
}

Status Pipeline::MakeSamples(Draft* draft, int64_t begin, int64_t end) {
  const int64_t samples = static_cast<int64_t>(indices_.size());
  for (int64_t i = begin; i < end; ++i) {
    int64_t position =
        (draft->batch.number * options_.batch + options_.first_sample + i) %
        samples;
    if (train_) position = (*draft->order)[position];
    ALEXNET_RETURN_IF_ERROR(MakeSample(draft, i, position));
  }
  return Status();
}

Status Pipeline::MakeSample(Draft* draft, int64_t slot, int64_t position) {
  const int64_t samples = static_cast<int64_t>(indices_.size());
  const int64_t drawn_for = drawn_for_[position];
  for (int64_t attempt = 0; attempt < samples; ++attempt) {
    const int64_t index = indices_[(position + attempt) % samples];
    const Status status = Render(draft, slot, index, drawn_for);
    if (status.ok()) {
      draft->batch.labels[slot] = dataset_->label(index);
      draft->batch.samples[slot] = index;
      draft->good[slot] = 1;
      return Status();
    }
    ALEXNET_RETURN_IF_ERROR(quarantine_.Add(dataset_->name(index), status));
    if (!train_) return Status();
  }
  return DataLossError("none of the pictures can be read")
      .WithFile(dataset_->path());
}

Status Pipeline::Render(Draft* draft, int64_t slot, int64_t index,
                        int64_t drawn_for) {
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

}  // namespace alexnet
