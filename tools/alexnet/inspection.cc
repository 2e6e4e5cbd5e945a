#include "tools/alexnet/inspection.h"

#include <fmt/core.h>

#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <set>
#include <vector>

#include "tools/alexnet/layer_json.h"
#include "tools/alexnet/out_of_memory.h"

namespace alexnet::cli {
namespace {

// Damaged places that are listed.
constexpr size_t kMostDamage = 1000;

std::vector<int64_t> Extents(const int64_t* values, int64_t rank) {
  return {values, values + rank};
}

// Of a layer's output, which is float32, for one picture.
int64_t ActivationBytes(const LayerInfo& layer) {
  const auto* end = layer.output + layer.output_rank;
  return std::accumulate(layer.output, end, int64_t{sizeof(float)},
                         std::multiplies<>());
}

// Of `whole`; 0 where that is nothing.
double Share(int64_t part, int64_t whole) {
  return whole == 0 ? 0.0
                    : static_cast<double>(part) / static_cast<double>(whole);
}

// Whether two networks, as alexnet_network_json has them, compute the same.
bool SameLayers(const Json& a, const Json& b) {
  const std::vector<Json> left = a.At("layers").Elements();
  const std::vector<Json> right = b.At("layers").Elements();
  if (left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); ++i) {
    if (WhatItComputes(left[i]) != WhatItComputes(right[i])) return false;
  }
  return true;
}

// The preset with these layers, whatever its number of classes and its input's
// size; of several the one of the network's own name. "" for none.
std::string PresetOf(const Json& network) {
  const std::string own = network.At("name").Text();
  const std::vector<Json> input = network.At("input").Elements();
  std::string found;
  for (const Preset& preset : presets()) {
    const std::string name(preset.name);
    if (!found.empty() && name != own) continue;
    try {
      const Network made = Network::preset(
          name, network.At("classes").Integer(), input[1].Integer());
      if (SameLayers(network, Json::Parse(made.json()))) found = name;
    } catch (const Error& error) {
      PassOutOfMemory(error);
      // It cannot have that many classes, or pictures of that size.
    }
  }
  return found;
}

Json LayersJson(const Network& network, const Json& described) {
  const std::vector<LayerInfo> layers = network.layers();
  int64_t parameters = 0, macs = 0, bytes = 0;
  for (const LayerInfo& layer : layers) {
    parameters += layer.parameters;
    macs += layer.macs;
    bytes += ActivationBytes(layer);
  }
  const std::vector<Json> in_words = described.At("layers").Elements();
  Json result = Json::Array();
  for (size_t i = 0; i < layers.size(); ++i) {
    const LayerInfo& layer = layers[i];
    result.Append(Json::Object(
        {{"name", layer.name},
         {"kind", layer.kind},
         {"settings", in_words[i].At("settings")},
         {"options", in_words[i].At("options")},
         {"output", Extents(layer.output + 1, layer.output_rank - 1)},
         {"parameters", layer.parameters},
         {"macs", layer.macs},
         {"activation_bytes", ActivationBytes(layer)},
         {"parameters_share", Share(layer.parameters, parameters)},
         {"macs_share", Share(layer.macs, macs)},
         {"activation_bytes_share", Share(ActivationBytes(layer), bytes)}}));
  }
  return Json::Object({{"layers", result},
                       {"parameters", parameters},
                       {"macs", macs},
                       {"activation_bytes", bytes}});
}

// What every subject has.
Json Start(const char* format, const Network& network) {
  const Json described = Json::Parse(network.json());
  const Json counted = LayersJson(network, described);
  Json document = Json::Object({{"version", kInspectionVersion},
                                {"format", format},
                                {"network", described.At("name")},
                                {"input", described.At("input")},
                                {"classes", described.At("classes")}});
  const std::string preset = PresetOf(described);
  document.Set("preset", preset.empty() ? Json() : Json(preset));
  for (const char* part :
       {"parameters", "macs", "activation_bytes", "layers"}) {
    document.Set(part, counted.At(part));
  }
  return document;
}

Json DamageJson(const std::vector<alexnet_damage>& damage,
                const std::vector<TensorInfo>& tensors) {
  Json result = Json::Array();
  for (const alexnet_damage& place : damage) {
    Json entry = Json::Object();
    entry.Set("tensor",
              place.tensor < 0
                  ? Json()
                  : Json(tensors[static_cast<size_t>(place.tensor)].name));
    entry.Set("chunk", place.chunk < 0 ? Json() : Json(place.chunk));
    entry.Set("offset", place.offset);
    entry.Set("bytes", place.bytes);
    result.Append(entry);
  }
  return result;
}

// A finite number, or null.
Json Finite(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json StatisticsJson(const MeasuredTensor& measured) {
  const TensorStatistics& s = measured.statistics;
  Json result = Json::Object({{"min", Finite(s.min)},
                              {"max", Finite(s.max)},
                              {"mean", Finite(s.mean)},
                              {"stddev", Finite(s.stddev)},
                              {"zeros", s.zeros},
                              {"nans", s.nans},
                              {"infinities", s.infinities},
                              {"filters", s.filters}});
  Json dead = Json::Array();
  Json duplicates = Json::Array();
  for (size_t i = 0; i < measured.same_as.size(); ++i) {
    const auto filter = static_cast<int64_t>(i);
    const int64_t same = measured.same_as[i];
    if (same < 0) {
      dead.Append(filter);
    } else if (same != filter) {
      duplicates.Append(Json::Object({{"filter", filter}, {"same_as", same}}));
    }
  }
  result.Set("dead", dead);
  result.Set("duplicates", duplicates);
  return result;
}

// The tensors as they are described; `described` is the model's own JSON.
Json TensorsJson(const Json& described, const std::set<int64_t>& damaged) {
  Json result = Json::Array();
  int64_t index = 0;
  for (const Json& tensor : described.At("tensors").Elements()) {
    Json entry = Json::Object();
    for (const char* part : {"name", "role", "dtype", "shape", "bytes"}) {
      entry.Set(part, tensor.At(part));
    }
    entry.Set("damaged", damaged.contains(index++));
    result.Append(entry);
  }
  return result;
}

void AddModel(Json& document, const Json& described,
              const std::set<int64_t>& damaged) {
  document.Set("labels",
               static_cast<int64_t>(described.At("labels").Elements().size()));
  for (const char* part : {"preprocessing", "provenance"}) {
    document.Set(part, described.At(part));
  }
  document.Set("training_state", described.Has("training_state")
                                     ? described.At("training_state")
                                     : Json());
  document.Set("self_check", described.At("self_check"));
  document.Set("tensors", TensorsJson(described, damaged));
}

}  // namespace

Json InspectPreset(const Network& network) { return Start("preset", network); }

Json InspectFile(const std::string& path, const Model& model,
                 const Limits& limits, int32_t threads) {
  Json document = Start("alexnet", model.network());
  const Json described = Json::Parse(model.json());
  document.Set("file", path);
  for (const char* part :
       {"file_bytes", "file_hash", "format_version", "engine_version"}) {
    document.Set(part, described.At(part));
  }
  const std::vector<alexnet_damage> damage =
      find_damage(model, kMostDamage, limits, threads);
  std::set<int64_t> damaged;
  for (const alexnet_damage& place : damage) {
    if (place.chunk >= 0) damaged.insert(place.tensor);
  }
  document.Set("hashes", damage.empty() ? "passed" : "failed");
  document.Set("damage", DamageJson(damage, model.tensors()));
  AddModel(document, described, damaged);
  return document;
}

Json InspectImported(const Model& model, const Json& report) {
  Json document = Start(report.At("format").Text().c_str(), model.network());
  document.Set("file", report.At("file"));
  document.Set("file_bytes", report.At("bytes"));
  document.Set("sha256", report.At("sha256"));
  document.Set("recognised", report.At("recognised"));
  document.Set("notes", report.At("notes"));
  AddModel(document, Json::Parse(model.json()), {});
  return document;
}

void AddTensorStatistics(Json& document, const Model& model,
                         const Limits& limits, int32_t threads) {
  Json tensors = Json::Array();
  size_t index = 0;
  for (Json tensor : document.At("tensors").Elements()) {
    Json statistics;
    try {
      statistics =
          StatisticsJson(measure_tensor(model, index, limits, threads));
    } catch (const Error& error) {
      if (error.code() != ALEXNET_DATA_LOSS) throw;
    }
    tensor.Set("statistics", statistics);
    tensors.Append(tensor);
    ++index;
  }
  document.Set("tensors", tensors);
}

}  // namespace alexnet::cli
