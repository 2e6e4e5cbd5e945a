// An inspection in words.

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/alexnet/inspection.h"
#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/text_table.h"

namespace alexnet::cli {
namespace {

// A name may be 255 bytes long.
std::string Name(const std::string& name) {
  constexpr size_t kMost = 24;
  return Shortened(name, kMost);
}

std::string Line(const char* what, std::string_view text) {
  return fmt::format("{:<11} {}\n", what, Printable(text));
}

// Nothing for 0, which would hide the other numbers.
std::string Number(const Json& value, double unit, const char* format) {
  const double number = value.Number() / unit;
  return number == 0.0 ? "" : fmt::format(fmt::runtime(format), number);
}

std::string LayerTable(const Json& document) {
  TextTable table(3);
  table.AddRow({"layer", "type", "output", "parameters", "%", "MACs/M", "%",
                "KiB", "%"});
  for (const Json& layer : document.At("layers").Elements()) {
    const int64_t parameters = layer.At("parameters").Integer();
    table.AddRow({Name(layer.At("name").Text()),
                  Printable(KindAndSettings(layer)),
                  Extents(layer.At("output")),
                  parameters == 0 ? "" : Grouped(parameters),
                  Number(layer.At("parameters_share"), 0.01, "{:.1f}"),
                  Number(layer.At("macs"), 1e6, "{:.1f}"),
                  Number(layer.At("macs_share"), 0.01, "{:.1f}"),
                  Number(layer.At("activation_bytes"), 1024, "{:.0f}"),
                  Number(layer.At("activation_bytes_share"), 0.01, "{:.1f}")});
  }
  table.AddRow({"total", "", "", Grouped(document.At("parameters").Integer()),
                "", Number(document.At("macs"), 1e6, "{:.1f}"), "",
                Number(document.At("activation_bytes"), 1024, "{:.0f}"), ""});
  return table.Text();
}

std::string Head(const Json& document) {
  std::string text;
  if (document.Has("file")) {
    text += fmt::format("{}: {}, {:.1f} MiB\n",
                        Printable(document.At("file").Text()),
                        document.At("format").Text(),
                        document.At("file_bytes").Number() / (1 << 20));
  }
  for (const Fact& fact : Facts(document)) {
    text += Line(fact.what, fact.text);
    for (const std::string& detail : fact.details) {
      text += "  " + Printable(detail) + "\n";
    }
  }
  return text;
}

std::string Value(const Json& value) {
  return value.IsNull() ? "-" : fmt::format("{:.3g}", value.Number());
}

std::string TensorTable(const Json& document) {
  TextTable table(3);
  table.AddRow(
      {"tensor", "type", "shape", "min", "max", "mean", "std", "zeros/%"});
  std::string findings;
  for (const Json& tensor : document.At("tensors").Elements()) {
    std::vector<std::string> row = {Name(TensorName(tensor)),
                                    tensor.At("dtype").Text(),
                                    Extents(tensor.At("shape"))};
    const Json statistics = tensor.At("statistics");
    if (statistics.IsNull()) {
      row.push_back("DAMAGED");
    } else {
      double elements = 1;
      for (const Json& extent : tensor.At("shape").Elements()) {
        elements *= extent.Number();
      }
      for (const char* name : {"min", "max", "mean", "stddev"}) {
        row.push_back(Value(statistics.At(name)));
      }
      row.push_back(Number(statistics.At("zeros"), elements / 100, "{:.2f}"));
      const std::string found = Findings(tensor);
      if (!found.empty()) {
        findings += Printable(TensorName(tensor)) + ": " + found + "\n";
      }
    }
    table.AddRow(std::move(row));
  }
  return table.Text() + findings;
}

std::string TimeTable(const Json& document) {
  const Json time = document.At("time");
  const double whole = time.At("milliseconds").Number();
  std::string text = fmt::format(
      "{}, {}, batch {}, {}: at most {:.0f} GFLOP/s and {:.1f} "
      "GB/s\n",
      Printable(time.At("device").Text()),
      Counted(time.At("threads").Integer(), "thread"),
      time.At("batch").Integer(), Counted(time.At("runs").Integer(), "run"),
      time.At("gflops_per_second_ceiling").Number(),
      time.At("gbytes_per_second_ceiling").Number());
  TextTable table(1);
  table.AddRow(
      {"layer", "ms", "%", "GFLOP/s", "GB/s", "FLOP/B", "bound", "% of it"});
  const std::vector<Json> layers = time.At("layers").Elements();
  for (const Json& layer : layers) {
    const std::string name = Name(layer.At("name").Text());
    const Json by = layer.At("computed_by");
    if (by.IsNull()) continue;
    if (!layer.Has("milliseconds")) {
      const auto other = static_cast<size_t>(by.Integer());
      table.AddRow({name, "in", Name(layers[other].At("name").Text())});
      continue;
    }
    const double milliseconds = layer.At("milliseconds").Number();
    table.AddRow({name, fmt::format("{:.3f}", milliseconds),
                  fmt::format("{:.1f}", 100 * milliseconds / whole),
                  Number(layer.At("gflops_per_second"), 1, "{:.1f}"),
                  Number(layer.At("gbytes_per_second"), 1, "{:.1f}"),
                  Number(layer.At("flops_per_byte"), 1, "{:.1f}"),
                  layer.At("bound").Text(),
                  fmt::format("{:.0f}", 100 * layer.At("of_bound").Number())});
  }
  const double reorders = time.At("reorder_milliseconds").Number();
  if (reorders > 0) {
    table.AddRow({"reorder", fmt::format("{:.3f}", reorders),
                  fmt::format("{:.1f}", 100 * reorders / whole)});
  }
  table.AddRow({"total", fmt::format("{:.3f}", whole)});
  return text + table.Text();
}

// "7 cat, 3 dog", in the order in which they come.
std::string Votes(const std::vector<Json>& crops) {
  std::vector<std::pair<std::string, int>> counts;
  for (const Json& crop : crops) {
    const std::string label = crop.At("label").Text();
    const auto known =
        std::find_if(counts.begin(), counts.end(),
                     [&](const auto& count) { return count.first == label; });
    if (known == counts.end()) {
      counts.emplace_back(label, 1);
    } else {
      ++known->second;
    }
  }
  std::string text;
  for (const auto& [label, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count,
                        Printable(label));
  }
  return text;
}

std::string PictureTable(const Json& document) {
  const Json picture = document.At("picture");
  std::string text = Printable(picture.At("path").Text()) + "\n";
  for (const Json& top : picture.At("top").Elements()) {
    text +=
        fmt::format("  {:6.2f} %  {}\n", 100 * top.At("probability").Number(),
                    Printable(top.At("label").Text()));
  }
  const std::vector<Json> crops = picture.At("crops").Elements();
  if (!crops.empty()) text += "  ten crops: " + Votes(crops) + "\n";
  TextTable table(2);
  table.AddRow({"layer", "output", "min", "max", "zero maps"});
  std::string findings;
  for (const Json& layer : picture.At("layers").Elements()) {
    const std::string name = layer.At("name").Text();
    table.AddRow({Name(name), Extents(layer.At("output")),
                  Value(layer.At("min")), Value(layer.At("max")),
                  Number(layer.At("zero_maps"), 1, "{:.0f}")});
    const int64_t lost = layer.At("not_finite").Integer();
    if (lost > 0) {
      findings += fmt::format("{}: {} not finite\n", Printable(name), lost);
    }
  }
  return text + table.Text() + findings;
}

}  // namespace

std::string InspectionText(const Json& document) {
  std::string text = Head(document) + "\n" + LayerTable(document);
  if (document.Has("time")) text += "\n" + TimeTable(document);
  if (document.Has("picture")) text += "\n" + PictureTable(document);
  if (!document.Has("tensors")) return text;
  const std::vector<Json> tensors = document.At("tensors").Elements();
  if (tensors.empty() || !tensors[0].Has("statistics")) return text;
  return text + "\n" + TensorTable(document);
}

}  // namespace alexnet::cli
