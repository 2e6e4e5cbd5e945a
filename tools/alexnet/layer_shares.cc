#include "tools/alexnet/layer_shares.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/text_table.h"

namespace alexnet::cli {
namespace {

struct Part {
  std::string name;
  double milliseconds = 0.0;
  int64_t macs = 0;
};

Json PartJson(const Part& part, double milliseconds, int64_t macs) {
  const double share =
      macs > 0 ? static_cast<double>(part.macs) / static_cast<double>(macs)
               : 0.0;
  return Json::Object(
      {{"name", part.name},
       {"milliseconds", part.milliseconds},
       {"time_share",
        milliseconds > 0 ? part.milliseconds / milliseconds : 0.0},
       {"macs", part.macs},
       {"macs_share", share}});
}

void AddRows(const Json& parts, TextTable& table) {
  for (const Json& part : parts.Elements()) {
    const int64_t macs = part.At("macs").Integer();
    table.AddRow(
        {Printable(part.At("name").Text()),
         fmt::format("{:.3f}", part.At("milliseconds").Number()),
         fmt::format("{:.1f}", 100 * part.At("time_share").Number()),
         macs > 0 ? fmt::format("{:.1f}", static_cast<double>(macs) / 1e6) : "",
         macs > 0 ? fmt::format("{:.1f}", 100 * part.At("macs_share").Number())
                  : ""});
  }
}

}  // namespace

Json LayerSharesJson(const Model& model, const LayerTimes& times) {
  const std::vector<LayerInfo> layers = model.layers();
  std::vector<Part> parts;
  std::vector<Part> kinds;
  double milliseconds = times.info.reorder_milliseconds;
  int64_t macs = 0;
  for (size_t i = 0; i < layers.size(); ++i) {
    const Part part = {layers[i].name, times.layers[i].milliseconds,
                       layers[i].macs};
    milliseconds += part.milliseconds;
    macs += part.macs;
    parts.push_back(part);
    const std::string kind = layers[i].kind;
    auto known = std::find_if(kinds.begin(), kinds.end(),
                              [&](const Part& at) { return at.name == kind; });
    if (known == kinds.end()) known = kinds.insert(known, Part{kind});
    known->milliseconds += part.milliseconds;
    known->macs += part.macs;
  }
  // Between kernels that lay blobs out in other ways.
  if (times.info.reorder_milliseconds > 0) {
    kinds.push_back({"reorders", times.info.reorder_milliseconds});
  }
  const auto all = [&](const std::vector<Part>& from) {
    Json list = Json::Array();
    for (const Part& part : from) {
      list.Append(PartJson(part, milliseconds, macs));
    }
    return list;
  };
  return Json::Object({{"device", times.info.device},
                       {"threads", times.info.threads},
                       {"batch", times.info.batch},
                       {"runs", times.info.runs},
                       {"milliseconds", milliseconds},
                       {"macs", macs},
                       {"layers", all(parts)},
                       {"kinds", all(kinds)}});
}

std::string LayerSharesText(const Json& shares) {
  const std::vector<std::string> heading = {"", "ms", "% time", "MACs/M",
                                            "% MACs"};
  TextTable layers(1);
  layers.AddRow(heading);
  AddRows(shares.At("layers"), layers);
  TextTable kinds(1);
  kinds.AddRow(heading);
  AddRows(shares.At("kinds"), kinds);
  return fmt::format(
      "{}, {}, batch {}, {}: {:.3f} ms, kernel by kernel\n\n{}\n{}",
      Printable(shares.At("device").Text()),
      Counted(shares.At("threads").Integer(), "thread"),
      shares.At("batch").Integer(), Counted(shares.At("runs").Integer(), "run"),
      shares.At("milliseconds").Number(), layers.Text(), kinds.Text());
}

}  // namespace alexnet::cli
