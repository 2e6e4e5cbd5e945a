#include "core/data/lint.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "core/base/check.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/data/decode.h"
#include "core/data/for_each.h"
#include "core/data/picture_name.h"

namespace alexnet {
namespace {

constexpr size_t kExamples = 10;
constexpr int64_t kFewPictures = 10;  // in a class
constexpr double kImbalance = 10.0;   // largest class to smallest
constexpr int kSmallSide = 32;        // pixels

// What was found out about one picture.
struct Record {
  std::string name;
  int32_t label = 0;
  bool validation = false;
  uint64_t hash = 0;
  bool read = false;  // the bytes could be read
  PictureInfo info;
  Size upright;
  std::string broken;  // why it cannot be decoded, or empty
};

// Not OK where there is no memory to look at the picture.
Status Examine(const Sample& sample, int64_t max_pixels, Record* record) {
  record->read = true;
  record->hash = Hash64(sample.bytes);
  DecodeOptions options;
  options.max_pixels = max_pixels;
  const Result<Image> image = DecodeImage(sample.bytes, sample.name, options);
  if (image.status().code() == StatusCode::kOutOfMemory) return image.status();
  if (!image.ok()) {
    record->broken = image.status().message();
    return Status();
  }
  record->upright = image->size();
  if (const auto info = ReadPictureInfo(sample.bytes, sample.name); info.ok()) {
    record->info = *info;
  }
  return Status();
}

class Linter {
 public:
  Linter(const DataFolders& data, const LintOptions& options)
      : data_(data), options_(options) {}

  Result<LintReport> Run(const Interrupt& interrupt) {
    // BEGIN options: core.checks lint_options of=options_
    ALEXNET_RETURN_IF_ERROR(
        CheckRange<int>("threads", options_.threads, 0, 1'024));
    // END options
    ALEXNET_RETURN_IF_ERROR(CheckMaxPixels(options_.max_pixels));
    ALEXNET_RETURN_IF_ERROR(Read(interrupt));
    for (const std::string& note : data_.notes) {
      Add(LintLevel::kInfo, "layout", note);
    }
    Count();
    Sizes();
    Classes();
    Duplicates();
    Files();
    std::stable_sort(report_.findings.begin(), report_.findings.end(),
                     [](const LintFinding& a, const LintFinding& b) {
                       return a.level > b.level;
                     });
    return std::move(report_);
  }

 private:
  Status Read(const Interrupt& interrupt) {
    const int64_t train = data_.train->size();
    const int64_t total =
        train + (data_.validation ? data_.validation->size() : 0);
    records_.resize(total);
    report_.pictures = total;
    report_.validation_pictures = total - train;
    return ForEachParallel(
        total, ThreadCount(options_.threads), interrupt,
        [&](int, int64_t i) -> Status {
          Record& record = records_[i];
          record.validation = i >= train;
          const Dataset& dataset =
              record.validation ? *data_.validation : *data_.train;
          const int64_t index = record.validation ? i - train : i;
          record.name = dataset.name(index);
          record.label = dataset.label(index);
          const Result<Sample> sample = dataset.Read(index);
          if (sample.ok()) {
            return Examine(*sample, options_.max_pixels, &record);
          }
          if (sample.status().code() == StatusCode::kOutOfMemory) {
            return sample.status();
          }
          record.broken = sample.status().message();
          return Status();
        },
        options_.progress);
  }

  // Training and validation names may be equal: say which is meant.
  std::string NameOf(const Record& record) const {
    if (!data_.validation) return record.name;
    const Dataset& dataset =
        record.validation ? *data_.validation : *data_.train;
    return fmt::format("{}/{}", dataset.path(), record.name);
  }

  void Add(LintLevel level, const char* check, std::string message,
           std::vector<std::string> files = {}) {
    LintFinding finding;
    finding.level = level;
    finding.check = check;
    finding.message = std::move(message);
    finding.count = static_cast<int64_t>(files.size());
    finding.files = std::move(files);
    if (finding.files.size() > kExamples) finding.files.resize(kExamples);
    report_.findings.push_back(std::move(finding));
  }

  void Count() {
    report_.classes = data_.train->classes();
    report_.class_counts.assign(report_.classes.size(), 0);
    for (const Record& record : records_) {
      if (!record.validation) ++report_.class_counts[record.label];
      if (!record.broken.empty()) {
        report_.broken.push_back({NameOf(record), record.broken});
        continue;
      }
      report_.jpeg += record.info.kind == PictureKind::kJpeg;
      report_.png += record.info.kind == PictureKind::kPng;
      report_.gray += record.info.color == PictureColor::kGray;
      report_.cmyk += record.info.color == PictureColor::kCmyk;
      report_.alpha += record.info.alpha;
      report_.rotated += record.info.orientation != 1;
    }
  }

  void Sizes() {
    std::vector<int> shorter;
    std::vector<int> longer;
    std::vector<std::string> small;
    const auto short_side = [](Size size) {
      return std::min(size.width, size.height);
    };
    for (const Record& record : records_) {
      if (!record.broken.empty()) continue;
      const Size size = record.upright;
      shorter.push_back(short_side(size));
      longer.push_back(std::max(size.width, size.height));
      if (shorter.size() == 1) report_.smallest = report_.largest = size;
      if (short_side(size) < short_side(report_.smallest)) {
        report_.smallest = size;
      }
      if (short_side(size) > short_side(report_.largest)) {
        report_.largest = size;
      }
      if (short_side(size) < kSmallSide) small.push_back(NameOf(record));
    }
    if (shorter.empty()) return;
    const auto middle = [](std::vector<int>* values) {
      const auto at =
          values->begin() + static_cast<ptrdiff_t>(values->size() / 2);
      std::nth_element(values->begin(), at, values->end());
      return *at;
    };
    report_.median = {middle(&shorter), middle(&longer)};
    if (!small.empty()) {
      const std::string message = fmt::format(
          "{} pictures have a side below {} pixels; use a network for small "
          "pictures, or larger ones",
          small.size(), kSmallSide);
      Add(LintLevel::kInfo, "small-pictures", message, std::move(small));
    }
  }

  void Classes() {
    if (report_.classes.size() < 2) {
      Add(LintLevel::kError, "one-class",
          "there is only one class, which any network gets right; make one "
          "folder for each class");
    }
    std::vector<std::string> empty;
    std::vector<std::string> few;
    int64_t least = 0;
    int64_t most = 0;
    for (size_t i = 0; i < report_.classes.size(); ++i) {
      const int64_t count = report_.class_counts[i];
      if (count == 0) empty.push_back(report_.classes[i]);
      if (count == 0) continue;
      if (count < kFewPictures) few.push_back(report_.classes[i]);
      least = least == 0 ? count : std::min(least, count);
      most = std::max(most, count);
    }
    std::vector<std::string> unnamed;
    for (const std::string& name : report_.classes) {
      if (!CheckText(name, kMaxLabelBytes).ok()) unnamed.push_back(name);
    }
    if (!unnamed.empty()) {
      const std::string message = fmt::format(
          "{} classes have names that a model cannot hold; rename the folders "
          "in UTF-8, without control characters",
          unnamed.size());
      Add(LintLevel::kError, "class-name", message, std::move(unnamed));
    }
    if (!empty.empty()) {
      const std::string message = fmt::format(
          "{} classes have no training picture; add some or remove the folders",
          empty.size());
      Add(LintLevel::kError, "empty-class", message, std::move(empty));
    }
    if (!few.empty()) {
      const std::string message = fmt::format(
          "{} classes have fewer than {} training pictures; add "
          "more or merge them",
          few.size(), kFewPictures);
      Add(LintLevel::kWarning, "few-pictures", message, std::move(few));
    }
    if (least > 0 &&
        static_cast<double>(most) >= kImbalance * static_cast<double>(least)) {
      Add(LintLevel::kWarning, "imbalance",
          fmt::format("the largest class has {} pictures, the smallest {}; a "
                      "network may learn to name the large ones only",
                      most, least));
    }
  }

  void Duplicates() {
    std::map<uint64_t, std::vector<const Record*>> by_hash;
    for (const Record& record : records_) {
      if (record.read) by_hash[record.hash].push_back(&record);
    }
    std::vector<std::string> copies;
    std::vector<std::string> leaks;
    std::vector<std::string> conflicts;
    for (const auto& [hash, equal] : by_hash) {
      const Record* first = equal.front();
      for (size_t i = 1; i < equal.size(); ++i) {
        const std::string pair =
            fmt::format("{} = {}", NameOf(*equal[i]), NameOf(*first));
        // Training pictures come first.
        if (equal[i]->validation && !first->validation) {
          leaks.push_back(pair);
        } else {
          copies.push_back(pair);
        }
        if (equal[i]->label != first->label) conflicts.push_back(pair);
      }
    }
    if (!leaks.empty()) {
      const std::string message = fmt::format(
          "{} validation pictures are also training pictures, so that the "
          "error measured will be too low; remove them from one side",
          leaks.size());
      Add(LintLevel::kError, "leak", message, std::move(leaks));
    }
    if (!conflicts.empty()) {
      const std::string message = fmt::format(
          "{} pictures are in two classes at once; keep the right one",
          conflicts.size());
      Add(LintLevel::kError, "conflicting-labels", message,
          std::move(conflicts));
    }
    if (!copies.empty()) {
      const std::string message = fmt::format(
          "{} files are copies of others; remove them, or a random "
          "split may put one on each side",
          copies.size());
      Add(LintLevel::kWarning, "duplicate", message, std::move(copies));
    }
  }

  void Files() {
    if (!report_.broken.empty()) {
      std::vector<std::string> broken;
      for (const BrokenPicture& picture : report_.broken) {
        broken.push_back(fmt::format("{}: {}", picture.name, picture.reason));
      }
      const std::string message = fmt::format(
          "{} pictures cannot be read; replace or remove them", broken.size());
      Add(LintLevel::kError, "undecodable", message, std::move(broken));
    }
    std::vector<std::string> misnamed;
    for (const Record& record : records_) {
      if (!record.broken.empty()) continue;
      if (!HasPictureExtension(record.name)) continue;
      const bool png_name = Extension(record.name) == "png";
      const bool png = record.info.kind == PictureKind::kPng;
      if (png_name != png) misnamed.push_back(NameOf(record));
    }
    if (!misnamed.empty()) {
      const std::string message = fmt::format(
          "{} files are named as another kind of picture than they "
          "are; they are read all the same, but other programs may "
          "refuse them",
          misnamed.size());
      Add(LintLevel::kInfo, "wrong-extension", message, std::move(misnamed));
    }
    std::vector<std::string> odd = data_.train->odd_files();
    if (data_.validation) {
      const std::vector<std::string>& more = data_.validation->odd_files();
      odd.insert(odd.end(), more.begin(), more.end());
    }
    if (!odd.empty()) {
      const std::string message = fmt::format(
          "{} files are passed over, since they are no pictures of a class",
          odd.size());
      Add(LintLevel::kInfo, "odd-file", message, std::move(odd));
    }
  }

  const DataFolders& data_;
  const LintOptions& options_;
  std::vector<Record> records_;
  LintReport report_;
};

}  // namespace

bool LintReport::ok() const {
  return std::none_of(findings.begin(), findings.end(),
                      [](const LintFinding& finding) {
                        return finding.level == LintLevel::kError;
                      });
}

Result<LintReport> LintDataset(const DataFolders& data,
                               const LintOptions& options,
                               const Interrupt& interrupt) {
  Linter linter(data, options);
  return linter.Run(interrupt);
}

}  // namespace alexnet
