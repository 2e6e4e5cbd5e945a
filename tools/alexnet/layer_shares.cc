#include "tools/alexnet/layer_shares.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/text_table.h"
#include "tools/alexnet/timing.h"

namespace alexnet::cli {
namespace {

struct Part {
  double milliseconds = 0.0;
  int64_t macs = 0;
};

struct Kind {
  std::string name;
  Part part;
};

// Sets what part of all of it this is.
void SetShares(const Part& part, double milliseconds, int64_t macs,
               Json* entry) {
  entry->Set("time_share",
             milliseconds > 0 ? part.milliseconds / milliseconds : 0.0);
  entry->Set("macs", part.macs);
  entry->Set("macs_share", macs > 0 ? static_cast<double>(part.macs) /
                                          static_cast<double>(macs)
                                    : 0.0);
}

std::string Share(const Json& share) {
  return fmt::format("{:.1f}", 100 * share.Number());
}

// Milliseconds and shares; what multiplies nothing has no share of that.
void AddShares(const Json& part, std::vector<std::string>* row) {
  const int64_t macs = part.At("macs").Integer();
  row->push_back(fmt::format("{:.3f}", part.At("milliseconds").Number()));
  row->push_back(Share(part.At("time_share")));
  row->push_back(
      macs > 0 ? fmt::format("{:.1f}", static_cast<double>(macs) / 1e6) : "");
  row->push_back(macs > 0 ? Share(part.At("macs_share")) : "");
}

std::string LayersText(const Json& layers) {
  TextTable table(2);
  table.AddRow({"", "kernel", "ms", "% time", "MACs/M", "% MACs", "GFLOP/s",
                "GB/s", "% of bound"});
  const std::vector<Json> all = layers.Elements();
  for (const Json& layer : all) {
    std::vector<std::string> row = {Printable(layer.At("name").Text())};
    const Json by = layer.At("computed_by");
    if (!layer.Has("milliseconds")) {
      if (by.IsNull()) continue;
      const auto other = static_cast<size_t>(by.Integer());
      row.push_back("in " + Printable(all[other].At("name").Text()));
      table.AddRow(std::move(row));
      continue;
    }
    row.push_back(Printable(layer.At("algorithm").Text()));
    AddShares(layer, &row);
    for (const char* rate : {"gflops_per_second", "gbytes_per_second"}) {
      row.push_back(fmt::format("{:.1f}", layer.At(rate).Number()));
    }
    row.push_back(fmt::format("{:.0f} {}", 100 * layer.At("of_bound").Number(),
                              layer.At("bound").Text()));
    table.AddRow(std::move(row));
  }
  return table.Text();
}

std::string KindsText(const Json& kinds) {
  TextTable table(1);
  table.AddRow({"", "ms", "% time", "MACs/M", "% MACs"});
  for (const Json& kind : kinds.Elements()) {
    std::vector<std::string> row = {kind.At("name").Text()};
    AddShares(kind, &row);
    table.AddRow(std::move(row));
  }
  return table.Text();
}

}  // namespace

Json LayerSharesJson(const Model& model, const LayerTimes& times,
                     const SessionOptions& options) {
  const std::vector<LayerInfo> layers = model.layers();
  std::vector<Part> parts;
  std::vector<Kind> kinds;
  double milliseconds = times.info.reorder_milliseconds;
  int64_t macs = 0;
  for (size_t i = 0; i < layers.size(); ++i) {
    const Part part = {times.layers[i].milliseconds, layers[i].macs};
    milliseconds += part.milliseconds;
    macs += part.macs;
    parts.push_back(part);
    const std::string kind = layers[i].kind;
    auto known = std::find_if(kinds.begin(), kinds.end(),
                              [&](const Kind& at) { return at.name == kind; });
    if (known == kinds.end()) known = kinds.insert(known, {kind, {}});
    known->part.milliseconds += part.milliseconds;
    known->part.macs += part.macs;
  }
  // Between kernels that lay blobs out in other ways.
  if (times.info.reorder_milliseconds > 0) {
    kinds.push_back({"reorders", {times.info.reorder_milliseconds}});
  }
  Json by_layer = Json::Array();
  for (size_t i = 0; i < layers.size(); ++i) {
    Json entry = LayerTimeJson(layers[i], times.layers[i], times.info, options);
    SetShares(parts[i], milliseconds, macs, &entry);
    by_layer.Append(entry);
  }
  Json by_kind = Json::Array();
  for (const Kind& kind : kinds) {
    Json entry = Json::Object(
        {{"name", kind.name}, {"milliseconds", kind.part.milliseconds}});
    SetShares(kind.part, milliseconds, macs, &entry);
    by_kind.Append(entry);
  }
  return Json::Object(
      {{"device", times.info.device},
       {"threads", times.info.threads},
       {"batch", times.info.batch},
       {"runs", times.info.runs},
       {"milliseconds", milliseconds},
       {"macs", macs},
       {"gflops_per_second_ceiling", times.info.flops_per_second * 1e-9},
       {"gbytes_per_second_ceiling", times.info.bytes_per_second * 1e-9},
       {"layers", by_layer},
       {"kinds", by_kind}});
}

std::string LayerSharesText(const Json& shares) {
  return fmt::format(
      "{}, {}, batch {}, {}: {:.3f} ms, kernel by kernel\n"
      "at most {:.0f} GFLOP/s (a large matrix product) and {:.1f} GB/s "
      "(weights from memory), in the same run\n\n{}\n{}",
      Printable(shares.At("device").Text()),
      Counted(shares.At("threads").Integer(), "thread"),
      shares.At("batch").Integer(), Counted(shares.At("runs").Integer(), "run"),
      shares.At("milliseconds").Number(),
      shares.At("gflops_per_second_ceiling").Number(),
      shares.At("gbytes_per_second_ceiling").Number(),
      LayersText(shares.At("layers")), KindsText(shares.At("kinds")));
}

}  // namespace alexnet::cli
