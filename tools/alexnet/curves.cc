#include "tools/alexnet/curves.h"

#include <cmath>
#include <exception>
#include <filesystem>
#include <fstream>
#include <limits>

#include "tools/alexnet/json.h"
#include "tools/alexnet/page/chart.h"

namespace alexnet::cli {
namespace {

namespace fs = std::filesystem;

// A longer file is not of a run that anybody waited for.
constexpr uintmax_t kMostBytes = uintmax_t{1} << 30;

struct Curves {
  Series train_loss{"training", {}};
  Series loss{"held out", {}};
  Series train_error{"training, top-1", {}};
  Series error{"held out, top-1", {}};
  Series top5_error{"held out, top-5", {}};
};

void Add(Series& series, const Json& line, const char* name) {
  if (!line.Has(name)) return;
  const Json value = line.At(name);
  series.points.emplace_back(line.At("epoch").Number() + 1,
                             value.IsNull()
                                 ? std::numeric_limits<double>::quiet_NaN()
                                 : value.Number());
}

// Throws std::exception where it is no line of metrics.
void Read(const std::string& text, const std::string& network, Curves& curves,
          bool& ours) {
  const Json line = Json::Parse(text);
  const std::string type = line.At("type").Text();
  if (type == "start") ours = line.At("network").Text() == network;
  if (type != "epoch") return;
  Add(curves.train_loss, line, "train_loss");
  Add(curves.loss, line, "loss");
  Add(curves.train_error, line, "train_top1_error");
  Add(curves.error, line, "top1_error");
  Add(curves.top5_error, line, "top5_error");
}

}  // namespace

Html CurvesBeside(const std::string& model, const std::string& network) {
  const fs::path path = fs::path(model).parent_path() / "metrics.jsonl";
  std::error_code error;
  const uintmax_t bytes = fs::file_size(path, error);
  if (error || bytes > kMostBytes) return Html();
  std::ifstream file(path);
  Curves curves;
  bool ours = false;
  for (std::string text; std::getline(file, text);) {
    try {
      Read(text, network, curves, ours);
    } catch (const std::exception&) {
      // A line that is being written, or another program's.
    }
  }
  if (!ours || curves.train_loss.points.empty()) return Html();
  Html content = Element("p", {}, "Of metrics.jsonl beside the model.");
  content += DrawChart({"Loss by epoch",
                        "epoch",
                        "loss",
                        true,
                        {curves.train_loss, curves.loss}});
  content += DrawChart({"Error by epoch",
                        "epoch",
                        "error/%",
                        false,
                        {curves.train_error, curves.error, curves.top5_error}});
  Html section = Element("h2", {}, "Training");
  section += Element("div", {{"class", "scroll"}}, content);
  return Element("section", {}, section);
}

}  // namespace alexnet::cli
