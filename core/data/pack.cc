#include "core/data/pack.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/check.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/tar.h"
#include "core/data/color_statistics.h"
#include "core/data/dataset_info.h"
#include "core/data/decode.h"
#include "core/data/epoch_order.h"
#include "core/data/for_each.h"
#include "core/data/pack_state.h"
#include "core/preprocess/resize.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

using Clock = std::chrono::steady_clock;

// One encoded picture; empty bytes: broken, left out.
struct Packed {
  std::vector<std::byte> jpeg;
  int32_t label = 0;
};

class Packer {
 public:
  Packer(const Dataset& source, const PackOptions& options, std::string out,
         const Interrupt& interrupt)
      : source_(source),
        options_(options),
        out_(std::move(out)),
        interrupt_(interrupt),
        threads_(ThreadCount(options.threads)),
        order_(EpochOrder(source.size(), options.seed, 0)),
        quarantine_(options.quarantine, source.size()),
        sums_(threads_, StatisticsSums(Size{options.resize, options.resize})) {
    // The paper rescales so that the shorter side has the length (section 2).
    preprocessing_.resize_rule = ResizeRule::kShortSide;
    preprocessing_.resize_filter = ResizeFilter::kAntialiasedBilinear;
    preprocessing_.resize = options.resize;
    preprocessing_.crop_height = options.resize;
    preprocessing_.crop_width = options.resize;
  }

  Result<PackReport> Run() {
    const Clock::time_point begin = Clock::now();
    ALEXNET_RETURN_IF_ERROR(Prepare());
    const int64_t shards =
        (source_.size() + options_.shard_samples - 1) / options_.shard_samples;
    int64_t worked_on = 0;  // samples of this run
    for (int64_t shard = 0; shard < shards; ++shard) {
      first_ = shard * options_.shard_samples;
      last_ = std::min(first_ + options_.shard_samples, source_.size());
      const std::string file = fmt::format("shard-{:06}.tar", shard);
      if (shard < static_cast<int64_t>(state_.shards.size())) {
        ALEXNET_ASSIGN_OR_RETURN(const bool intact,
                                 Intact(state_.shards[shard]));
        // Lost or changed since: make it again.
        if (!intact) state_.shards.resize(shard);
      }
      if (shard < static_cast<int64_t>(state_.shards.size())) {
        const ShardInfo& finished = state_.shards[shard];
        ALEXNET_RETURN_IF_ERROR(Verify(finished, nullptr));
        report_.resumed += finished.count;
      } else {
        ALEXNET_RETURN_IF_ERROR(MakeShard(file));
        worked_on += last_ - first_;
      }
      const ShardInfo& made = state_.shards[shard];
      report_.pictures += made.count;
      report_.bytes += made.bytes;
    }
    report_.shards = shards;
    report_.broken = quarantine_.list();
    ALEXNET_RETURN_IF_ERROR(Finish());
    report_.seconds =
        std::chrono::duration<double>(Clock::now() - begin).count();
    report_.images_per_second =
        static_cast<double>(worked_on) / std::max(report_.seconds, 1e-9);
    return report_;
  }

 private:
  std::string PathOf(const std::string& file) const {
    return fmt::format("{}/{}", out_, file);
  }

  // What decides the shards' bytes, short of the pictures' own.
  uint64_t JobHash() const {
    std::string job =
        fmt::format("{} {} {} {}\n", options_.resize, options_.quality,
                    options_.shard_samples, options_.seed);
    for (const std::string& name : source_.classes()) job += name + "\n";
    for (int64_t i = 0; i < source_.size(); ++i) {
      job += fmt::format("{} {}\n", source_.label(i), source_.name(i));
    }
    return Hash64(job);
  }

  Status Prepare() {
    ALEXNET_RETURN_IF_ERROR(MakeFolders(out_));
    state_.job = JobHash();
    ALEXNET_ASSIGN_OR_RETURN(std::optional<PackState> earlier,
                             ReadPackState(out_));
    ALEXNET_ASSIGN_OR_RETURN(const bool finished,
                             IsThere(PathOf("dataset.json")));
    if (earlier ? earlier->job != state_.job : finished) {
      return FailedPreconditionError(
                 "the folder holds a packing of another data set or with "
                 "other options; remove it or choose another folder")
          .WithFile(out_);
    }
    if (!earlier) return WritePackState(state_, out_);
    state_ = *std::move(earlier);
    for (const BrokenPicture& broken : state_.broken) {
      ALEXNET_RETURN_IF_ERROR(
          quarantine_.Add(broken.name, DataLossError(broken.reason)));
    }
    return Status();
  }

  Result<std::vector<std::byte>> Encode(const Sample& sample) const {
    DecodeOptions decode;
    decode.max_pixels = options_.max_pixels;
    ALEXNET_ASSIGN_OR_RETURN(const Image image,
                             DecodeImage(sample.bytes, sample.name, decode));
    ALEXNET_ASSIGN_OR_RETURN(const Placement placement,
                             CentrePlacement(preprocessing_, image.size()));
    ALEXNET_ASSIGN_OR_RETURN(
        const Image square,
        Resize(image,
               {placement.source,
                placement.resized,
                {placement.x, placement.y, options_.resize, options_.resize}},
               preprocessing_.resize_filter));
    return EncodeJpeg(square, options_.quality);
  }

  void Progress(int64_t done, int64_t total) const {
    if (!options_.progress) return;
    // Encoding is half of a shard's work, reading it back the other.
    const int64_t samples = last_ - first_;
    options_.progress(first_ + samples * done / std::max<int64_t>(total, 1),
                      source_.size());
  }

  Status MakeShard(const std::string& file) {
    std::vector<Packed> pictures(last_ - first_);
    const int64_t total = static_cast<int64_t>(pictures.size());
    ALEXNET_RETURN_IF_ERROR(ForEachParallel(
        total, threads_, interrupt_,
        [&](int, int64_t i) -> Status {
          const int64_t index = order_[first_ + i];
          pictures[i].label = source_.label(index);
          Result<Sample> sample = source_.Read(index);
          Result<std::vector<std::byte>> jpeg =
              sample.ok() ? Encode(*sample)
                          : Result<std::vector<std::byte>>(sample.status());
          if (jpeg.ok()) {
            pictures[i].jpeg = std::move(*jpeg);
            return Status();
          }
          return quarantine_.Add(source_.name(index), jpeg.status());
        },
        [&](int64_t done, int64_t) { Progress(done, 2 * total); }));
    ALEXNET_ASSIGN_OR_RETURN(ShardInfo shard, WriteShard(file, pictures));
    ALEXNET_RETURN_IF_ERROR(Verify(shard, &pictures));
    state_.shards.push_back(std::move(shard));
    state_.broken = quarantine_.list();
    return WritePackState(state_, out_);
  }

  Result<ShardInfo> WriteShard(const std::string& file,
                               const std::vector<Packed>& pictures) {
    ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> tar,
                             AtomicFile::Create(PathOf(file)));
    const auto add = [&tar](const std::string& name,
                            std::span<const std::byte> bytes) -> Status {
      ALEXNET_ASSIGN_OR_RETURN(const auto header,
                               TarHeader(name, bytes.size()));
      ALEXNET_RETURN_IF_ERROR(tar->Write(header));
      ALEXNET_RETURN_IF_ERROR(tar->Write(bytes));
      return tar->PadTo(kTarBlock);
    };
    ShardInfo shard;
    shard.file = file;
    for (size_t i = 0; i < pictures.size(); ++i) {
      if (pictures[i].jpeg.empty()) continue;
      const std::string key = fmt::format("{:09}", first_ + i);
      const std::string label = fmt::format("{}", pictures[i].label);
      ALEXNET_RETURN_IF_ERROR(add(key + ".jpg", pictures[i].jpeg));
      ALEXNET_RETURN_IF_ERROR(
          add(key + ".cls", std::as_bytes(std::span(label))));
      ++shard.count;
    }
    const std::vector<std::byte> end(2 * kTarBlock);
    ALEXNET_RETURN_IF_ERROR(tar->Write(end));
    shard.bytes = tar->size();
    ALEXNET_RETURN_IF_ERROR(tar->Commit());
    // Of what the disk gives back, which Verify compares with the pictures.
    ALEXNET_ASSIGN_OR_RETURN(const auto mapped, MappedFile::Open(PathOf(file)));
    shard.hash = Hash64(mapped->bytes());
    return shard;
  }

  // An error where the shard could not be looked at.
  Result<bool> Intact(const ShardInfo& shard) const {
    const auto mapped = MappedFile::Open(PathOf(shard.file));
    if (!mapped.ok() && IsOfThePicture(mapped.status())) return false;
    if (!mapped.ok()) return mapped.status();
    return (*mapped)->bytes().size() == shard.bytes &&
           Hash64((*mapped)->bytes()) == shard.hash;
  }

  Status Differs(const ShardInfo& shard) const {
    return DataLossError(
               "the shard does not read back as it was written; check the "
               "disk, "
               "remove the folder and pack again")
        .WithFile(PathOf(shard.file));
  }

  // Reads a shard back: hash, members, and every picture decoded, which also
  // feeds the statistics. With `pictures` the members are compared with them.
  Status Verify(const ShardInfo& shard, const std::vector<Packed>* pictures) {
    ALEXNET_ASSIGN_OR_RETURN(const bool intact, Intact(shard));
    if (!intact) return Differs(shard);
    ALEXNET_ASSIGN_OR_RETURN(const auto mapped,
                             MappedFile::Open(PathOf(shard.file)));
    Result<std::vector<TarMember>> members = ReadTar(mapped->bytes());
    if (!members.ok() ||
        members->size() != static_cast<size_t>(shard.count) * 2) {
      return Differs(shard);
    }
    if (pictures != nullptr) {
      size_t member = 0;
      for (const Packed& picture : *pictures) {
        if (picture.jpeg.empty()) continue;
        const std::span<const std::byte> bytes = (*members)[member].bytes;
        if (!std::equal(bytes.begin(), bytes.end(), picture.jpeg.begin(),
                        picture.jpeg.end())) {
          return Differs(shard);
        }
        member += 2;
      }
    }
    return ForEachParallel(
        shard.count, threads_, interrupt_,
        [&](int worker, int64_t i) -> Status {
          const TarMember& member = (*members)[i * 2];
          const Result<Image> image = DecodeImage(
              member.bytes, fmt::format("{}:{}", shard.file, member.name));
          if (!image.ok()) return image.status();
          if (image->width != options_.resize ||
              image->height != options_.resize) {
            return Differs(shard);
          }
          sums_[worker].Add(*image);
          return Status();
        },
        [&](int64_t done, int64_t total) {
          Progress(pictures == nullptr ? done : total + done,
                   pictures == nullptr ? total : 2 * total);
        });
  }

  Status Finish() {
    for (int worker = 1; worker < threads_; ++worker) {
      sums_[0].Merge(sums_[worker]);
    }
    DatasetInfo info;
    info.classes = source_.classes();
    info.count = report_.pictures;
    info.picture_size = options_.resize;
    info.shards = state_.shards;
    for (const BrokenPicture& broken : report_.broken) {
      info.left_out.push_back(broken.name);
    }
    ALEXNET_ASSIGN_OR_RETURN(info.statistics, sums_[0].Finish());
    return WriteDatasetInfo(info, out_);
  }

  const Dataset& source_;
  const PackOptions& options_;
  const std::string out_;
  const Interrupt& interrupt_;
  const int threads_;
  const std::vector<int64_t> order_;
  Preprocessing preprocessing_;
  Quarantine quarantine_;
  std::vector<StatisticsSums> sums_;  // one for each thread
  PackState state_;
  PackReport report_;
  int64_t first_ = 0;  // the shard at work: positions [first_, last_) of order_
  int64_t last_ = 0;
};

Status CheckOptions(const PackOptions& options) {
  // BEGIN options: core.checks pack_options of=options
  ALEXNET_RETURN_IF_ERROR(CheckRange<int>("resize", options.resize, 8, 4'096));
  ALEXNET_RETURN_IF_ERROR(CheckRange<int>("quality", options.quality, 1, 100));
  ALEXNET_RETURN_IF_ERROR(CheckRange<int64_t>(
      "shard_samples", options.shard_samples, 1, 1'048'576));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int>("threads", options.threads, 0, 1'024));
  // END options
  return CheckMaxPixels(options.max_pixels);
}

}  // namespace

Result<PackReport> PackDataset(const Dataset& source,
                               const PackOptions& options,
                               const std::string& out,
                               const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(CheckOptions(options));
  Packer packer(source, options, out, interrupt);
  return packer.Run();
}

Result<std::vector<PackReport>> PackData(const DataFolders& source,
                                         const PackOptions& options,
                                         const std::string& out,
                                         const Interrupt& interrupt) {
  std::vector<PackReport> reports;
  const bool split = source.validation != nullptr;
  ALEXNET_ASSIGN_OR_RETURN(
      PackReport train, PackDataset(*source.train, options,
                                    split ? out + "/train" : out, interrupt));
  reports.push_back(std::move(train));
  if (split) {
    ALEXNET_ASSIGN_OR_RETURN(
        PackReport validation,
        PackDataset(*source.validation, options, out + "/val", interrupt));
    reports.push_back(std::move(validation));
  }
  return reports;
}

}  // namespace alexnet
