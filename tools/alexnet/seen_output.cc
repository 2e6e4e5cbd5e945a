#include "tools/alexnet/seen_output.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/prediction_output.h"
#include "tools/alexnet/written_file.h"

namespace alexnet::cli {
namespace {

// Of a picture that is looked at by itself, in pixels.
constexpr uint32_t kWidth = 1024;

// Only what every file system takes in a name, and not too long for any.
std::string SafeName(std::string_view name) {
  constexpr std::string_view kSafe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  constexpr size_t kMost = 64;
  std::string safe(name.substr(0, kMost));
  for (char& c : safe) {
    if (kSafe.find(c) == std::string_view::npos) c = '_';
  }
  return safe;
}

void MakeFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw Failure(folder + ": the folder cannot be made: " + error.message());
  }
}

Json LayerJson(const SeenLayer& layer) {
  const MapRange range = RangeOf(layer.maps());
  const bool none =
      static_cast<size_t>(range.not_finite) == layer.values.size();
  return Json::Object({{"name", layer.name},
                       {"output", layer.shape},
                       {"min", none ? Json() : Json(range.low)},
                       {"max", none ? Json() : Json(range.high)},
                       {"zero_maps", range.zero_maps},
                       {"not_finite", range.not_finite}});
}

// A row of places after another; null where there are none.
Json OcclusionJson(const Occlusion& occlusion) {
  if (occlusion.probabilities.empty()) return {};
  Json rows = Json::Array();
  const auto columns = static_cast<size_t>(occlusion.columns);
  for (size_t at = 0; at < occlusion.probabilities.size(); at += columns) {
    Json row = Json::Array();
    for (size_t i = 0; i < columns; ++i) {
      row.Append(occlusion.probabilities[at + i]);
    }
    rows.Append(row);
  }
  return Json::Object(
      {{"index", occlusion.class_index}, {"probabilities", rows}});
}

// Null where there is none.
Json SaliencyJson(const Saliency& saliency) {
  if (saliency.values.empty()) return {};
  const Maps map{saliency.values, 1, saliency.rows, saliency.columns};
  const MapRange range = RangeOf(map);
  return Json::Object({{"index", saliency.class_index},
                       {"max", range.high},
                       {"percentile_99", CommonMost(saliency)},
                       {"not_finite", range.not_finite}});
}

}  // namespace

void AddSeen(Json& document, const Seen& seen) {
  Json picture = PredictionJson({seen.picture, "", seen.top});
  Json layers = Json::Array();
  for (const SeenLayer& layer : seen.layers) layers.Append(LayerJson(layer));
  picture.Set("layers", layers);
  picture.Set("ten_crop_top", TopJson(seen.ten_crop_top));
  Json crops = Json::Array();
  for (const SeenCrop& crop : seen.crops) {
    Json vote = TopJson({crop.vote}).Elements()[0];
    vote.Set("view", crop.view);
    crops.Append(vote);
  }
  picture.Set("crops", crops);
  picture.Set("occlusion", OcclusionJson(seen.occlusion));
  picture.Set("saliency", SaliencyJson(seen.saliency));
  document.Set("picture", picture);
}

void WriteSeen(const Seen& seen, const std::string& folder) {
  MakeFolder(folder);
  const size_t digits =
      std::max<size_t>(2, std::to_string(seen.layers.size()).size());
  const auto write = [&](size_t number, std::string_view name,
                         const Raster& picture) {
    WriteWholeFile(
        fmt::format("{}/{:0{}}_{}.png", folder, number, digits, SafeName(name)),
        EncodePng(picture));
  };
  write(0, "crop", seen.crop);
  size_t number = 0;
  for (const SeenLayer& layer : seen.layers) {
    const Maps maps = layer.maps();
    write(++number, layer.name,
          Enlarged(MapSheet(maps, RangeOf(maps)), kWidth));
  }
}

}  // namespace alexnet::cli
