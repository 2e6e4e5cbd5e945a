#include "tools/alexnet/inspection_words.h"

#include <fmt/core.h>

#include <ctime>
#include <string_view>
#include <utility>

#include "tools/alexnet/printable.h"

namespace alexnet::cli {
namespace {

// Places of damage and filters that are told one by one.
constexpr size_t kMostListed = 20;

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
  if (state.IsNull()) {
    return "no training state: for inference, or to start from";
  }
  const std::string text = fmt::format(
      "a checkpoint after epoch {} of {}, step {}, on {}",
      state.At("epoch").Integer(), state.At("recipe").At("epochs").Integer(),
      state.At("step").Integer(), state.At("device").Text());
  const int64_t best = state.At("best_epoch").Integer();
  if (best < 0) return text;
  return text + fmt::format("; best top-1 error {:.2f} % (epoch {})",
                            100 * state.At("best_top1_error").Number(),
                            best + 1);
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

Fact Hashes(const Json& document) {
  if (document.Has("sha256")) {
    return {"SHA-256", document.At("sha256").Text(), {}};
  }
  const std::vector<Json> damage = document.At("damage").Elements();
  if (damage.empty()) {
    return {"hashes",
            fmt::format("passed, {}", document.At("file_hash").Text()),
            {}};
  }
  Fact fact{"hashes", fmt::format("FAILED in {} places", damage.size()), {}};
  for (size_t i = 0; i < damage.size() && i < kMostListed; ++i) {
    fact.details.push_back(Place(damage[i]));
  }
  if (damage.size() > kMostListed) {
    fact.details.push_back(
        fmt::format("and {} more", damage.size() - kMostListed));
  }
  return fact;
}

}  // namespace

std::string Shortened(const std::string& text, size_t columns) {
  const std::string printable = Printable(text);
  if (Columns(printable) <= columns) return printable;
  size_t bytes = 0;
  for (size_t taken = 0; taken < columns; ++bytes) {
    taken += Columns(printable.substr(bytes, 1));
  }
  return printable.substr(0, bytes - 1) + "~";
}

std::string Extents(const Json& extents) {
  std::string text;
  for (const Json& extent : extents.Elements()) {
    text += (text.empty() ? "" : "x") + std::to_string(extent.Integer());
  }
  return text;
}

std::string Grouped(int64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string Counted(int64_t number, const char* thing) {
  return Grouped(number) + " " + thing + (number == 1 ? "" : "s");
}

std::string KindAndSettings(const Json& layer) {
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
  if (kind == "locally connected") return "local " + window;
  const int64_t groups = options.At("groups").Integer();
  return "conv " + window + (groups > 1 ? fmt::format(" g{}", groups) : "");
}

std::string TensorName(const Json& tensor) {
  const std::string name = tensor.At("name").Text();
  return tensor.At("role").Text() == "momentum" ? name + " momentum" : name;
}

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
  std::string text;
  for (size_t i = 0; i < found.size() && i < kMostListed; ++i) {
    text += (i == 0 ? "" : ", ") + found[i];
  }
  if (found.size() > kMostListed) {
    text += fmt::format(" and {} more", found.size() - kMostListed);
  }
  return text;
}

std::vector<Fact> Facts(const Json& document) {
  const std::string preset =
      document.At("preset").IsNull() ? "" : document.At("preset").Text();
  const std::string name = document.At("network").Text();
  std::vector<Fact> facts;
  const auto add = [&facts](const char* what, std::string text) {
    facts.push_back({what, std::move(text), {}});
  };
  add("network", fmt::format("{} ({})", name,
                             preset.empty()   ? "of no preset"
                             : preset == name ? "the preset"
                                              : "layers of " + preset));
  const bool unlabelled =
      document.Has("labels") && document.At("labels").Integer() == 0;
  add("input", fmt::format("{}, {} classes{}", Extents(document.At("input")),
                           document.At("classes").Integer(),
                           unlabelled ? " without labels" : ""));
  if (!document.Has("file")) return facts;
  if (document.Has("recognised")) {
    add("recognised", document.At("recognised").Text());
  }
  add("pictures", PreprocessingText(document.At("preprocessing")));
  add("provenance", ProvenanceText(document.At("provenance")));
  add("training", TrainingText(document.At("training_state")));
  facts.push_back(Hashes(document));
  if (document.Has("notes")) {
    for (const Json& note : document.At("notes").Elements()) {
      add("note", note.Text());
    }
  }
  return facts;
}

}  // namespace alexnet::cli
