#include "tools/alexnet/inspection_tables.h"

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

#include "tools/alexnet/inspection_words.h"

namespace alexnet::cli {
namespace {

Html Number(double value, const char* format) {
  return Element("td", {},
                 value == 0.0 ? "" : fmt::format(fmt::runtime(format), value));
}

// Of a whole, as a bar behind the number.
Html Share(double share) {
  Html content =
      Element("i", {{"style", fmt::format("width:{:.1f}%", 100 * share)}}, "");
  content += Text(share == 0.0 ? "" : fmt::format("{:.1f}", 100 * share));
  return Element("td", {{"class", "share"}}, content);
}

Html Left(std::string_view text) {
  return Element("td", {{"class", "left"}}, text);
}

Html RowName(const std::string& name) {
  return Element("th", {{"scope", "row"}, {"class", "left"}},
                 Shortened(name, 40));
}

Html Row(const Html& cells) { return Element("tr", {}, cells); }

// Scrolls within the page, with keys as well.
Html Table(const char* name, const std::vector<const char*>& heading,
           size_t left, const Html& rows, const Html& foot = Html()) {
  Html cells;
  for (size_t i = 0; i < heading.size(); ++i) {
    cells += Element(
        "th",
        i < left ? std::vector<Attribute>{{"scope", "col"}, {"class", "left"}}
                 : std::vector<Attribute>{{"scope", "col"}},
        heading[i]);
  }
  Html content = Element("thead", {}, Row(cells));
  content += Element("tbody", {}, rows);
  if (!foot.markup().empty()) content += Element("tfoot", {}, foot);
  return Element("div",
                 {{"class", "wide"},
                  {"role", "region"},
                  {"aria-label", name},
                  {"tabindex", "0"}},
                 Element("table", {}, content));
}

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
  cells += Number(100 * statistics.At("zeros").Number() / elements, "{:.2f}");
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
    Html cells = RowName(layer.At("name").Text());
    cells += Left(KindAndSettings(layer));
    cells += Left(Extents(layer.At("output")));
    cells += Element("td", {}, parameters == 0 ? "" : Grouped(parameters));
    cells += Share(layer.At("parameters_share").Number());
    cells += Number(layer.At("macs").Number() / 1e6, "{:.1f}");
    cells += Share(layer.At("macs_share").Number());
    cells += Number(layer.At("activation_bytes").Number() / 1024, "{:.0f}");
    cells += Share(layer.At("activation_bytes_share").Number());
    rows += Row(cells);
  }
  Html total = RowName("total");
  total += Left("");
  total += Left("");
  total += Element("td", {}, Grouped(document.At("parameters").Integer()));
  total += Left("");
  total += Number(document.At("macs").Number() / 1e6, "{:.1f}");
  total += Left("");
  total += Number(document.At("activation_bytes").Number() / 1024, "{:.0f}");
  total += Left("");
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
    Html cells = RowName(layer.At("name").Text());
    if (!layer.Has("milliseconds")) {
      const auto other = static_cast<size_t>(by.Integer());
      cells += Element("td", {{"class", "left"}, {"colspan", "7"}},
                       "in " + layers[other].At("name").Text());
      rows += Row(cells);
      continue;
    }
    const double milliseconds = layer.At("milliseconds").Number();
    cells += Number(milliseconds, "{:.3f}");
    cells += Share(milliseconds / whole);
    cells += Number(layer.At("gflops_per_second").Number(), "{:.1f}");
    cells += Number(layer.At("gbytes_per_second").Number(), "{:.1f}");
    cells += Number(layer.At("flops_per_byte").Number(), "{:.1f}");
    cells += Element("td", {}, layer.At("bound").Text());
    cells += Share(layer.At("of_bound").Number());
    rows += Row(cells);
  }
  const double reorders = time.At("reorder_milliseconds").Number();
  if (reorders > 0) {
    Html cells = RowName("reorder");
    cells += Number(reorders, "{:.3f}");
    cells += Share(reorders / whole);
    rows += Row(cells);
  }
  Html total = RowName("total");
  total += Number(whole, "{:.3f}");
  return Table(
      "Time",
      {"layer", "ms", "%", "GFLOP/s", "GB/s", "FLOP/B", "bound", "% of bound"},
      1, rows, Row(total));
}

Html LikeliestTable(const char* name, const Json& top) {
  Html rows;
  for (const Json& each : top.Elements()) {
    Html cells = RowName(each.At("label").Text());
    cells += Share(each.At("probability").Number());
    rows += Row(cells);
  }
  return Table(name, {"class", "%"}, 1, rows);
}

Html TensorTable(const Json& document) {
  Html rows;
  bool measured = false;
  for (const Json& tensor : document.At("tensors").Elements()) {
    Html cells = RowName(TensorName(tensor));
    cells += Left(tensor.At("dtype").Text());
    cells += Left(Extents(tensor.At("shape")));
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
