#include "tools/alexnet/feature_about.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string_view>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/features/crc.h"
#include "tools/alexnet/json.h"
#include "tools/alexnet/out_of_memory.h"

namespace alexnet::cli {
namespace {

std::string HashOf(const Model& model) {
  return fmt::format("{:016x}", model.info().file_hash);
}

// Of all paths, with their ends.
std::string HashOf(const std::vector<std::string>& paths) {
  uint32_t crc = 0;
  for (const std::string& path : paths) {
    crc = Crc32(crc, {path.c_str(), path.size() + 1});
  }
  return fmt::format("{:08x}", crc);
}

Json About(const Model& model, const std::string& layer) {
  return Json::Object({{"network", model.info().network},
                       {"model_hash", HashOf(model)},
                       {"layer", layer}});
}

struct Words {
  std::string layer;
  std::string model_hash;
};

// Nothing of another program's words.
Words Read(const std::string& about) {
  try {
    const Json words = Json::Parse(about);
    return {words.At("layer").Text(), words.At("model_hash").Text()};
  } catch (const std::exception& error) {
    PassOutOfMemory(error);
    return {};
  }
}

}  // namespace

FeatureAbout AboutFeatures(const Model& model, const std::string& layer,
                           const std::vector<std::string>& paths,
                           const FeatureOptions& options) {
  const std::vector<LayerInfo> layers = model.layers();
  const auto found = std::find_if(
      layers.begin(), layers.end(),
      [&layer](const LayerInfo& each) { return each.name == layer; });
  if (found == layers.end()) {
    std::string names;
    for (const LayerInfo& each : layers) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", each.name);
    }
    throw Failure(fmt::format("--layer: there is no layer \"{}\"; there are {}",
                              layer, names));
  }
  FeatureAbout about;
  // The first extent is the batch.
  about.shape.assign(found->output + 1, found->output + found->output_rank);
  about.row_floats = std::accumulate(about.shape.begin(), about.shape.end(),
                                     int64_t{1}, std::multiplies<>());
  Json words = About(model, layer);
  about.about = words.Line();
  words.Set("pictures", static_cast<int64_t>(paths.size()));
  words.Set("paths", HashOf(paths));
  words.Set("device", options.device != nullptr ? options.device : "cpu");
  words.Set("batch", options.batch);
  words.Set("weight_dtype", options.weight_dtype);
  words.Set("precision", options.precision);
  words.Set("tune", options.tune);
  words.Set("max_pixels", options.max_pixels);
  about.identity = words.Line();
  return about;
}

std::string LayerOf(const std::string& about) { return Read(about).layer; }

void CheckAbout(const std::string& about, const Model& model,
                const std::string& layer, const std::string& file) {
  const Words found = Read(about);
  if (found.layer.empty()) return;
  if (found.layer != layer) {
    throw Failure(
        fmt::format("{}: these are features of layer \"{}\", not of "
                    "\"{}\"; give --layer {}",
                    file, found.layer, layer, found.layer));
  }
  if (found.model_hash != HashOf(model)) {
    throw Failure(
        fmt::format("{}: these are features of another model, of "
                    "hash {}, not {}; compute them anew",
                    file, found.model_hash, HashOf(model)));
  }
}

}  // namespace alexnet::cli
