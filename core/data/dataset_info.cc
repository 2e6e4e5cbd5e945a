#include "core/data/dataset_info.h"

#include <fmt/core.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "core/base/file.h"
#include "core/base/json.h"

namespace alexnet {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the mean image is stored little-endian");

constexpr char kInfoFile[] = "dataset.json";
constexpr char kMeanImageFile[] = "mean_image.f32";
constexpr char kFormat[] = "alexnet-dataset";
constexpr int kVersion = 1;
constexpr uint64_t kMaxInfoBytes = 256ull << 20;
constexpr int kMaxMeanSide = 16384;

std::string PathIn(const std::string& folder, std::string_view file) {
  return fmt::format("{}/{}", folder, file);
}

Json StatisticsJson(const ColorStatistics& statistics) {
  return {
      {"count", statistics.count},
      {"channel_mean", statistics.channel_mean},
      {"covariance", statistics.covariance},
      {"color_stddev", statistics.color_stddev},
      {"color_axes", statistics.color_axes},
      {"mean_image",
       {{"file", kMeanImageFile},
        {"height", statistics.mean_image->height},
        {"width", statistics.mean_image->width}}},
  };
}

Status WriteMeanImage(const MeanImage& mean, const std::string& folder) {
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> file,
                           AtomicFile::Create(PathIn(folder, kMeanImageFile)));
  ALEXNET_RETURN_IF_ERROR(
      file->Write(std::as_bytes(std::span<const float>(mean.values))));
  return file->Commit();
}

Result<std::shared_ptr<const MeanImage>> ReadMeanImage(
    const Json& json, const std::string& folder) {
  auto mean = std::make_shared<MeanImage>();
  mean->channels = 3;
  mean->height = json.at("height").Get<int>();
  mean->width = json.at("width").Get<int>();
  if (json.at("file").Get<std::string>() != kMeanImageFile ||
      mean->height < 1 || mean->height > kMaxMeanSide || mean->width < 1 ||
      mean->width > kMaxMeanSide) {
    return DataLossError(
               "the mean image's file name or size makes no sense; pack the "
               "data set again")
        .WithField("statistics.mean_image");
  }
  const size_t values = size_t{3} * static_cast<size_t>(mean->height) *
                        static_cast<size_t>(mean->width);
  const std::string path = PathIn(folder, kMeanImageFile);
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes,
                           ReadFile(path, values * sizeof(float)));
  if (bytes.size() != values * sizeof(float)) {
    return DataLossError(
               fmt::format("the mean image has {} bytes instead of {}; pack "
                           "the data set again",
                           bytes.size(), values * sizeof(float)))
        .WithFile(path);
  }
  mean->values.resize(values);
  std::memcpy(mean->values.data(), bytes.data(), bytes.size());
  for (const float value : mean->values) {
    if (!(value >= 0.0f && value <= 255.0f)) {
      return DataLossError(
                 "the mean image holds values outside 0..255; pack the data "
                 "set again")
          .WithFile(path);
    }
  }
  return std::shared_ptr<const MeanImage>(std::move(mean));
}

bool AllFinite(const ColorStatistics& s) {
  for (int i = 0; i < 3; ++i) {
    if (!std::isfinite(s.channel_mean[i]) || !(s.color_stddev[i] >= 0.0f) ||
        !std::isfinite(s.color_stddev[i])) {
      return false;
    }
    for (int j = 0; j < 3; ++j) {
      if (!std::isfinite(s.covariance[i][j]) ||
          !std::isfinite(s.color_axes[i][j])) {
        return false;
      }
    }
  }
  return true;
}

// Json's accessors throw; the caller catches.
Result<DatasetInfo> Parse(const Json& json, const std::string& folder) {
  if (json.at("format").Get<std::string>() != kFormat) {
    return DataLossError("this is not a description of a packed data set");
  }
  if (const int version = json.at("version").Get<int>(); version != kVersion) {
    return UnsupportedError(
               fmt::format("version {} of the format; this program reads {}: "
                           "use a newer one, or pack the data set again",
                           version, kVersion))
        .WithField("version");
  }
  DatasetInfo info;
  info.classes = json.at("classes").Get<std::vector<std::string>>();
  info.count = json.at("count").Get<int64_t>();
  info.picture_size = json.at("picture_size").Get<int>();
  for (const Json& shard : json.at("shards").elements()) {
    ShardInfo entry;
    entry.file = shard.at("file").Get<std::string>();
    entry.count = shard.at("count").Get<int64_t>();
    entry.bytes = shard.at("bytes").Get<uint64_t>();
    entry.hash = shard.at("hash").Get<uint64_t>();
    if (entry.file.empty() || entry.file.find('/') != std::string::npos ||
        entry.file.front() == '.') {
      return DataLossError(
                 fmt::format("'{}' is not the name of a file in this folder",
                             entry.file))
          .WithField("shards.file");
    }
    info.shards.push_back(std::move(entry));
  }
  info.left_out = json.at("left_out").Get<std::vector<std::string>>();
  const Json* const found = json.Find("statistics");
  if (found == nullptr) return info;
  const Json& from = *found;
  ColorStatistics statistics;
  statistics.count = from.at("count").Get<int64_t>();
  statistics.channel_mean =
      from.at("channel_mean").Get<decltype(statistics.channel_mean)>();
  statistics.covariance =
      from.at("covariance").Get<decltype(statistics.covariance)>();
  statistics.color_stddev =
      from.at("color_stddev").Get<decltype(statistics.color_stddev)>();
  statistics.color_axes =
      from.at("color_axes").Get<decltype(statistics.color_axes)>();
  if (!AllFinite(statistics)) {
    return DataLossError("a number is not finite or has the wrong sign")
        .WithField("statistics");
  }
  ALEXNET_ASSIGN_OR_RETURN(statistics.mean_image,
                           ReadMeanImage(from.at("mean_image"), folder));
  info.statistics = std::move(statistics);
  return info;
}

}  // namespace

Status WriteDatasetInfo(const DatasetInfo& info, const std::string& folder) {
  Json json = {
      {"format", kFormat},         {"version", kVersion},
      {"classes", info.classes},   {"count", info.count},
      {"left_out", info.left_out}, {"picture_size", info.picture_size},
      {"shards", Json::Array()},
  };
  for (const ShardInfo& shard : info.shards) {
    json["shards"].Append({{"file", shard.file},
                           {"count", shard.count},
                           {"bytes", shard.bytes},
                           {"hash", shard.hash}});
  }
  if (info.statistics) {
    if (info.statistics->mean_image == nullptr) {
      return InvalidArgumentError("the statistics have no mean image");
    }
    ALEXNET_RETURN_IF_ERROR(
        WriteMeanImage(*info.statistics->mean_image, folder));
    json["statistics"] = StatisticsJson(*info.statistics);
  }
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> file,
                           AtomicFile::Create(PathIn(folder, kInfoFile)));
  // Names that are not UTF-8 lose only the bytes that are not.
  ALEXNET_RETURN_IF_ERROR(file->Write(json.Text(1) + "\n"));
  return file->Commit();
}

Result<DatasetInfo> ReadDatasetInfo(const std::string& folder) {
  const std::string path = PathIn(folder, kInfoFile);
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes,
                           ReadFile(path, kMaxInfoBytes));
  const std::optional<Json> json =
      Json::Parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!json) {
    return DataLossError("this is not JSON; pack the data set again")
        .WithFile(path);
  }
  try {
    Result<DatasetInfo> info = Parse(*json, folder);
    if (!info.ok()) return info.status().WithFile(path);
    return info;
  } catch (const JsonError& error) {
    return DataLossError(fmt::format("a field is missing or of the wrong type "
                                     "({}); pack the data set again",
                                     error.what()))
        .WithFile(path);
  }
}

}  // namespace alexnet
