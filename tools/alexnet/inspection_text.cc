// An inspection in words.

#include <fmt/core.h>

#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/alexnet/inspection.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/text_table.h"

namespace alexnet::cli {
namespace {

// Places of damage and filters that are told one by one.
constexpr size_t kMostListed = 20;

std::string Line(const char* what, std::string_view text) {
  return fmt::format("{:<11} {}\n", what, Printable(text));
}

// A name in a table, which may be 255 bytes long.
std::string Name(const std::string& name) {
  constexpr size_t kMost = 24;
  std::string text = Printable(name);
  if (Columns(text) <= kMost) return text;
  size_t bytes = 0;
  for (size_t columns = 0; columns < kMost; ++bytes) {
    columns += Columns(text.substr(bytes, 1));
  }
  return text.substr(0, bytes - 1) + "~";
}

// "3x227x227".
std::string Extents(const Json& extents) {
  std::string text;
  for (const Json& extent : extents.Elements()) {
    text += (text.empty() ? "" : "x") + std::to_string(extent.Integer());
  }
  return text;
}

// "60,965,224".
std::string Grouped(int64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

// Nothing for 0, which would hide the other numbers.
std::string Number(const Json& value, double unit, const char* format) {
  const double number = value.Number() / unit;
  return number == 0.0 ? "" : fmt::format(fmt::runtime(format), number);
}

std::string Window(const Json& window) {
  const auto pair = [&](const char* name, const char* before) {
    const std::vector<Json> sides = window.At(name).Elements();
    const int64_t a = sides[0].Integer(), b = sides[1].Integer();
    if (a == 1 && b == 1 && *before != '\0') return std::string();
    return before + (a == b && *before != '\0' ? fmt::format("{}", a)
                                               : fmt::format("{}x{}", a, b));
  };
  std::string text = pair("kernel", "") + pair("stride", " s");
  std::vector<int64_t> pads;
  for (const Json& pad : window.At("pads").Elements()) {
    pads.push_back(pad.Integer());
  }
  if (pads == std::vector<int64_t>(4, pads[0])) {
    if (pads[0] > 0) text += fmt::format(" p{}", pads[0]);
  } else {
    text += fmt::format(" p{},{},{},{}", pads[0], pads[1], pads[2], pads[3]);
  }
  if (window.At("rounding").Text() == "ceil") text += " ceil";
  return text;
}

// The exponent is told where it is not the usual one.
std::string Lrn(const Json& options) {
  const bool across = options.At("region").Text() == "across_channels";
  const int64_t size = options.At("size").Integer();
  const double beta = options.At("beta").Number();
  const int64_t groups = options.At("groups").Integer();
  return fmt::format(
      "LRN {} a={:.3g}{}{} k={:.3g}{}",
      across ? fmt::format("{}", size) : fmt::format("{}x{}", size, size),
      options.At("alpha").Number(),
      options.At("divide_alpha").Boolean() ? "/n" : "",
      beta == 0.75 ? "" : fmt::format(" b={:.3g}", beta),
      options.At("k").Number(), groups > 1 ? fmt::format(" g{}", groups) : "");
}

// The kind of a layer and its hyperparameters, shorter than the library's
// words. The number of filters and units stands in the column of the output.
std::string Kind(const Json& layer) {
  const std::string kind = layer.At("kind").Text();
  const Json options = layer.At("options");
  if (kind == "LRN") return Lrn(options);
  if (kind == "dropout") {
    return fmt::format("dropout {:.3g}", options.At("rate").Number());
  }
  if (kind == "adaptive average pooling") {
    return "average " + layer.At("settings").Text();
  }
  if (!options.Has("window")) return kind;
  const std::string window = Window(options.At("window"));
  if (kind == "max pooling") return "max " + window;
  if (kind == "average pooling") return "average " + window;
  const int64_t groups = options.At("groups").Integer();
  return "conv " + window + (groups > 1 ? fmt::format(" g{}", groups) : "");
}

std::string LayerTable(const Json& document) {
  TextTable table(3);
  table.AddRow({"layer", "type", "output", "parameters", "%", "MACs/M", "%",
                "KiB", "%"});
  for (const Json& layer : document.At("layers").Elements()) {
    const int64_t parameters = layer.At("parameters").Integer();
    table.AddRow({Name(layer.At("name").Text()), Printable(Kind(layer)),
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

std::string Date(int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  char text[32];
  if (gmtime_r(&time, &parts) == nullptr ||
      std::strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &parts) == 0) {
    return std::to_string(seconds);
  }
  return text;
}

std::string ProvenanceText(const Json& provenance) {
  std::string text;
  const auto add = [&text](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : "; ") + part;
  };
  add(provenance.At("source").Text());
  if (const std::string tool = provenance.At("tool").Text(); !tool.empty()) {
    add("by " + tool);
  }
  if (const int64_t created = provenance.At("created").Integer(); created > 0) {
    add(Date(created));
  }
  const std::string parent = provenance.At("parent_hash").Text();
  if (parent.find_first_not_of('0') != std::string::npos) {
    add("made from the model " + parent);
  }
  return text.empty() ? "not recorded" : text;
}

std::string TrainingText(const Json& state) {
  if (state.IsNull())
    return "no training state: for inference, or to start from";
  return fmt::format(
      "a checkpoint after epoch {} of {}, step {}, on {}; best top-1 error "
      "{:.2f} % (epoch {})",
      state.At("epoch").Integer(), state.At("recipe").At("epochs").Integer(),
      state.At("step").Integer(), state.At("device").Text(),
      100 * state.At("best_top1_error").Number(),
      state.At("best_epoch").Integer());
}

std::string PreprocessingText(const Json& p) {
  const std::string rule = p.At("resize_rule").Text();
  std::string text = p.At("channel_order").Text();
  if (rule != "none") {
    text +=
        fmt::format(", {} to {}", rule == "warp" ? "warped" : "shorter side",
                    p.At("resize").Integer());
  }
  text += fmt::format(", crop {}x{}, times {:.4g}, less ",
                      p.At("crop_height").Integer(),
                      p.At("crop_width").Integer(), p.At("scale").Number());
  const std::string mean = p.At("mean_kind").Text();
  if (mean == "none") return text + "nothing";
  if (mean != "channel") {
    return text + (p.Has("mean_image") ? "a mean image"
                                       : "a mean image, which is damaged");
  }
  std::string channels;
  for (const Json& value : p.At("mean").Elements()) {
    channels +=
        fmt::format("{}{:.4g}", channels.empty() ? "" : " ", value.Number());
  }
  return text + channels;
}

std::string Place(const Json& damage) {
  const int64_t first = damage.At("offset").Integer();
  const std::string bytes = fmt::format(
      "bytes {} to {}", first, first + damage.At("bytes").Integer() - 1);
  if (damage.At("tensor").IsNull()) {
    return (first == 0 ? "description, " : "around the tensors, ") + bytes;
  }
  const std::string tensor =
      fmt::format("tensor {}, ", damage.At("tensor").Text());
  if (damage.At("chunk").IsNull()) return tensor + "zeros after it, " + bytes;
  return tensor + fmt::format("chunk {}, ", damage.At("chunk").Integer()) +
         bytes;
}

std::string HashesText(const Json& document) {
  if (document.Has("sha256")) {
    return Line("SHA-256", document.At("sha256").Text());
  }
  const std::vector<Json> damage = document.At("damage").Elements();
  if (damage.empty()) {
    return Line("hashes",
                fmt::format("passed, {}", document.At("file_hash").Text()));
  }
  std::string text =
      Line("hashes", fmt::format("FAILED in {} places", damage.size()));
  for (size_t i = 0; i < damage.size() && i < kMostListed; ++i) {
    text += "  " + Printable(Place(damage[i])) + "\n";
  }
  if (damage.size() > kMostListed) {
    text += fmt::format("  and {} more\n", damage.size() - kMostListed);
  }
  return text;
}

std::string Head(const Json& document) {
  const std::string preset =
      document.At("preset").IsNull() ? "" : document.At("preset").Text();
  const std::string name = document.At("network").Text();
  std::string text;
  if (document.Has("file")) {
    text += fmt::format("{}: {}, {:.1f} MiB\n",
                        Printable(document.At("file").Text()),
                        document.At("format").Text(),
                        document.At("file_bytes").Number() / (1 << 20));
  }
  text +=
      Line("network", fmt::format("{} ({})", name,
                                  preset.empty()   ? "of no preset"
                                  : preset == name ? "the preset"
                                                   : "layers of " + preset));
  text += Line(
      "input",
      fmt::format("{}, {} classes{}", Extents(document.At("input")),
                  document.At("classes").Integer(),
                  document.Has("labels") && document.At("labels").Integer() == 0
                      ? " without labels"
                      : ""));
  if (!document.Has("file")) return text;
  if (document.Has("recognised")) {
    text += Line("recognised", document.At("recognised").Text());
  }
  text += Line("pictures", PreprocessingText(document.At("preprocessing")));
  text += Line("provenance", ProvenanceText(document.At("provenance")));
  text += Line("training", TrainingText(document.At("training_state")));
  text += HashesText(document);
  if (document.Has("notes")) {
    for (const Json& note : document.At("notes").Elements()) {
      text += Line("note", note.Text());
    }
  }
  return text;
}

std::string Value(const Json& value) {
  return value.IsNull() ? "-" : fmt::format("{:.3g}", value.Number());
}

std::string TensorName(const Json& tensor) {
  const std::string name = tensor.At("name").Text();
  return tensor.At("role").Text() == "momentum" ? name + " momentum" : name;
}

// What there is to worry about in a tensor, filters by their numbers:
// "conv1.weight: 2 NaN, filter 1 is dead, filter 2 equals 0"; "" for nothing.
std::string Findings(const Json& tensor) {
  const Json statistics = tensor.At("statistics");
  std::vector<std::string> found;
  for (const auto& [what, name] :
       {std::pair("nans", "NaN"), std::pair("infinities", "Inf")}) {
    const int64_t count = statistics.At(what).Integer();
    if (count > 0) found.push_back(fmt::format("{} {}", count, name));
  }
  for (const Json& dead : statistics.At("dead").Elements()) {
    found.push_back(fmt::format("filter {} is dead", dead.Integer()));
  }
  for (const Json& pair : statistics.At("duplicates").Elements()) {
    found.push_back(fmt::format("filter {} equals {}",
                                pair.At("filter").Integer(),
                                pair.At("same_as").Integer()));
  }
  if (found.empty()) return "";
  std::string text = Printable(TensorName(tensor)) + ": ";
  for (size_t i = 0; i < found.size() && i < kMostListed; ++i) {
    text += (i == 0 ? "" : ", ") + found[i];
  }
  if (found.size() > kMostListed) {
    text += fmt::format(" and {} more", found.size() - kMostListed);
  }
  return text + "\n";
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
      findings += Findings(tensor);
    }
    table.AddRow(std::move(row));
  }
  return table.Text() + findings;
}

std::string TimeTable(const Json& document) {
  const Json time = document.At("time");
  const double whole = time.At("milliseconds").Number();
  std::string text = fmt::format(
      "{}, {} threads, batch {}, {} runs: at most {:.0f} GFLOP/s and {:.1f} "
      "GB/s\n",
      Printable(time.At("device").Text()), time.At("threads").Integer(),
      time.At("batch").Integer(), time.At("runs").Integer(),
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

}  // namespace

std::string InspectionText(const Json& document) {
  std::string text = Head(document) + "\n" + LayerTable(document);
  if (document.Has("time")) text += "\n" + TimeTable(document);
  if (!document.Has("tensors")) return text;
  const std::vector<Json> tensors = document.At("tensors").Elements();
  if (tensors.empty() || !tensors[0].Has("statistics")) return text;
  return text + "\n" + TensorTable(document);
}

}  // namespace alexnet::cli
