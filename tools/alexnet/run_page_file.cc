#include "tools/alexnet/run_page_file.h"

#include <fmt/chrono.h>
#include <fmt/core.h>

#include <ctime>
#include <exception>
#include <filesystem>
#include <utility>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/out_of_memory.h"
#include "tools/alexnet/training_output.h"
#include "tools/alexnet/written_file.h"

namespace alexnet::cli {
namespace {

constexpr auto kBetweenWrites = std::chrono::minutes(1);
constexpr int kShareOfTime = 100;  // one part of so many

std::string Now() {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC",
                     fmt::gmtime(std::time(nullptr)));
}

}  // namespace

RunPageFile::RunPageFile(std::string out, std::string data)
    : out_(std::move(out)),
      data_(std::move(data)),
      path_(out_ + "/report.html"),
      history_(MetricsPath(out_)) {}

void RunPageFile::OnStart(const alexnet_train_start& start) {
  classes_.assign(start.classes, start.classes + start.class_count);
  resumed_ = start.first_epoch > 0 || start.first_batch > 0;
  if (KeepsOlder()) return;
  Write(fmt::format("It has begun, at {}. This page is written anew after each "
                    "epoch and now and then in a long one: open it again.",
                    Now()),
        false);
}

void RunPageFile::OnStep() {
  if (Clock::now() - written_ < kBetweenWrites || KeepsOlder() || !MayWrite()) {
    return;
  }
  Write(fmt::format("It goes on: this is how it stood at {}.", Now()), false);
}

void RunPageFile::OnEpoch(const alexnet_epoch_report& epoch) {
  const bool last = epoch.epoch + 1 == epoch.epochs;
  if (!last && !MayWrite()) return;
  Timed([&] { TakeFindings(epoch); });
  if (last) return;  // OnEnd follows
  Write(fmt::format("It goes on: this is how it stood at {}, after epoch {} of "
                    "{}.",
                    Now(), epoch.epoch + 1, epoch.epochs),
        false);
}

void RunPageFile::OnEnd(const std::string& why, bool interrupted) {
  if ((why.empty() || interrupted) && KeepsOlder()) return;
  if (why.empty()) {
    Write(fmt::format("It is done, at {}.", Now()), false);
  } else {
    Write(fmt::format("It stopped at {}: {}", Now(), why), true);
  }
}

bool RunPageFile::KeepsOlder() const {
  std::error_code error;
  return resumed_ && findings_.epoch == 0 &&
         (std::filesystem::exists(path_, error) || error);
}

bool RunPageFile::MayWrite() const {
  return spent_ * kShareOfTime <= Clock::now() - begun_;
}

template <typename Work>
void RunPageFile::Timed(const Work& work) {
  const Clock::time_point start = Clock::now();
  try {
    work();
  } catch (const std::exception& error) {
    if (!complained_) Complain(fmt::format("report: {}", error.what()));
    complained_ = true;
  }
  written_ = Clock::now();
  spent_ += written_ - start;
}

void RunPageFile::Write(const std::string& state, bool failed) {
  whole_ = false;
  Timed([&] {
    history_.Read();
    WriteWholeFile(path_, RunPage({history_, findings_, classes_, out_, data_,
                                   state, failed}));
    whole_ = true;
  });
}

void RunPageFile::TakeFindings(const alexnet_epoch_report& epoch) {
  findings_ = {epoch.epoch + 1, {}, {}};
  if (epoch.confusion != nullptr) {
    const size_t counts = epoch.confusion_classes * epoch.confusion_classes;
    findings_.confusion.assign(epoch.confusion, epoch.confusion + counts);
  }
  std::map<int64_t, Thumbnail> thumbnails;
  for (size_t i = 0; i < epoch.worst_count; ++i) {
    const alexnet_wrong_picture& from = epoch.worst[i];
    const Thumbnail& thumbnail = thumbnails[from.sample] =
        Picture(from.sample, from.name);
    findings_.worst.push_back({from.name, thumbnail.png, thumbnail.coarse,
                               from.label, from.predicted, from.probability,
                               from.label_probability});
  }
  thumbnails_ = std::move(thumbnails);
}

Thumbnail RunPageFile::Picture(int64_t sample, const std::string& name) {
  if (const auto known = thumbnails_.find(sample); known != thumbnails_.end()) {
    return known->second;
  }
  try {
    if (dataset_ == nullptr) dataset_ = std::make_unique<Dataset>(data_);
    const int32_t part = dataset_->size(ALEXNET_PART_VALIDATION) > 0
                             ? ALEXNET_PART_VALIDATION
                             : ALEXNET_PART_TRAIN;
    // Files may have come and gone since the run began.
    if (dataset_->name(part, sample) != name) return {};
    return ThumbnailOf(
        Image::decode(dataset_->read(part, sample), name).view());
  } catch (const std::exception& error) {
    PassOutOfMemory(error);
    return {};  // its name is there
  }
}

}  // namespace alexnet::cli
