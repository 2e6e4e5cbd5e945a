#include "tools/alexnet/inspection_tables.h"

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/page/table.h"

namespace alexnet::cli {
namespace {

Html RowOf(const std::string& name) { return RowName(Shortened(name, 40)); }

Html Statistics(const Json& tensor) {
  const Json statistics = tensor.At("statistics");
  if (statistics.IsNull()) {
    return Element("td", {{"class", "bad left"}, {"colspan", "6"}}, "damaged");
  }
  double elements = 1;
  for (const Json& extent : tensor.At("shape").Elements()) {
    elements *= extent.Number();
  }
  Html cells;
  for (const char* name : {"min", "max", "mean", "stddev"}) {
    const Json value = statistics.At(name);
    cells += Element(
        "td", {}, value.IsNull() ? "-" : fmt::format("{:.3g}", value.Number()));
  }
  cells +=
      NumberCell(100 * statistics.At("zeros").Number() / elements, "{:.2f}");
  const std::string found = Findings(tensor);
  cells +=
      Element("td", {{"class", found.empty() ? "left" : "bad left"}}, found);
  return cells;
}

}  // namespace

Html FactList(const Json& document) {
  Html list;
  for (const Fact& fact : Facts(document)) {
    list += Element("dt", {}, fact.what);
    Html text = fact.details.empty()
                    ? Text(fact.text)
                    : Element("span", {{"class", "bad"}}, fact.text);
    for (const std::string& detail : fact.details) {
      text += Element("div", {}, detail);
    }
    list += Element("dd", {}, text);
  }
  return Element("dl", {}, list);
}

Html LayerTable(const Json& document) {
  Html rows;
  for (const Json& layer : document.At("layers").Elements()) {
    const int64_t parameters = layer.At("parameters").Integer();
    Html cells = RowOf(layer.At("name").Text());
    cells += LeftCell(KindAndSettings(layer));
    cells += LeftCell(Extents(layer.At("output")));
    cells += Element("td", {}, parameters == 0 ? "" : Grouped(parameters));
    cells += ShareCell(layer.At("parameters_share").Number());
    cells += NumberCell(layer.At("macs").Number() / 1e6, "{:.1f}");
    cells += ShareCell(layer.At("macs_share").Number());
    cells += NumberCell(layer.At("activation_bytes").Number() / 1024, "{:.0f}");
    cells += ShareCell(layer.At("activation_bytes_share").Number());
    rows += Row(cells);
  }
  Html total = RowOf("total");
  total += LeftCell("");
  total += LeftCell("");
  total += Element("td", {}, Grouped(document.At("parameters").Integer()));
  total += LeftCell("");
  total += NumberCell(document.At("macs").Number() / 1e6, "{:.1f}");
  total += LeftCell("");
  total +=
      NumberCell(document.At("activation_bytes").Number() / 1024, "{:.0f}");
  total += LeftCell("");
  return Table("Layers",
               {"layer", "type", "output", "parameters", "%", "MACs/M", "%",
                "output/KiB", "%"},
               3, rows, Row(total));
}

Html TimeTable(const Json& document) {
  const Json time = document.At("time");
  const double whole = time.At("milliseconds").Number();
  const std::vector<Json> layers = time.At("layers").Elements();
  Html rows;
  for (const Json& layer : layers) {
    const Json by = layer.At("computed_by");
    if (by.IsNull()) continue;
    Html cells = RowOf(layer.At("name").Text());
    if (!layer.Has("milliseconds")) {
      const auto other = static_cast<size_t>(by.Integer());
      cells += Element("td", {{"class", "left"}, {"colspan", "8"}},
                       "in " + layers[other].At("name").Text());
      rows += Row(cells);
      continue;
    }
    const double milliseconds = layer.At("milliseconds").Number();
    cells += NumberCell(milliseconds, "{:.3f}");
    cells += ShareCell(milliseconds / whole);
    cells += NumberCell(layer.At("gflops_per_second").Number(), "{:.1f}");
    cells += NumberCell(layer.At("gbytes_per_second").Number(), "{:.1f}");
    cells += NumberCell(layer.At("flops_per_byte").Number(), "{:.1f}");
    cells += Element("td", {}, layer.At("bound").Text());
    cells += ShareCell(layer.At("of_bound").Number());
    cells += Element("td", {{"class", "left"}}, layer.At("algorithm").Text());
    rows += Row(cells);
  }
  const double reorders = time.At("reorder_milliseconds").Number();
  if (reorders > 0) {
    Html cells = RowOf("reorder");
    cells += NumberCell(reorders, "{:.3f}");
    cells += ShareCell(reorders / whole);
    rows += Row(cells);
  }
  Html total = RowOf("total");
  total += NumberCell(whole, "{:.3f}");
  return Table("Time",
               {"layer", "ms", "%", "GFLOP/s", "GB/s", "FLOP/B", "bound",
                "% of bound", "kernel"},
               1, rows, Row(total));
}

Html LikeliestTable(const char* name, const Json& top) {
  Html rows;
  for (const Json& each : top.Elements()) {
    Html cells = RowOf(each.At("label").Text());
    cells += ShareCell(each.At("probability").Number());
    rows += Row(cells);
  }
  return Table(name, {"class", "%"}, 1, rows);
}

Html TensorTable(const Json& document) {
  Html rows;
  bool measured = false;
  for (const Json& tensor : document.At("tensors").Elements()) {
    Html cells = RowOf(TensorName(tensor));
    cells += LeftCell(tensor.At("dtype").Text());
    cells += LeftCell(Extents(tensor.At("shape")));
    if (tensor.Has("statistics")) {
      measured = true;
      cells += Statistics(tensor);
    }
    rows += Row(cells);
  }
  return measured ? Table("Tensors",
                          {"tensor", "type", "shape", "min", "max", "mean",
                           "std", "zeros/%", ""},
                          3, rows)
                  : Table("Tensors", {"tensor", "type", "shape"}, 3, rows);
}

}  // namespace alexnet::cli
