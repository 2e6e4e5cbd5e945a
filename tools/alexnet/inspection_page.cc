#include "tools/alexnet/inspection_page.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/curves.h"
#include "tools/alexnet/first_filters.h"
#include "tools/alexnet/inspection_tables.h"
#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/layer_json.h"
#include "tools/alexnet/page/histogram.h"
#include "tools/alexnet/page/html.h"
#include "tools/alexnet/page/network_drawing.h"
#include "tools/alexnet/page/table.h"
#include "tools/alexnet/seen_page.h"

namespace alexnet::cli {
namespace {

constexpr size_t kBins = 64;
// Characters of a caption in the drawing.
constexpr size_t kCaption = 14;

// In three words at most, for the drawing.
std::string ShortKind(const std::string& kind) {
  if (kind == "fully connected") return "dense";
  if (kind == "convolution") return "conv";
  if (kind == "locally connected") return "local";
  const size_t pooling = kind.find(" pooling");
  return pooling == std::string::npos ? kind
                                      : kind.substr(0, pooling) + " pool";
}

// Of the layers that change more than the values of what they are given.
std::vector<DrawnOutput> DrawnOutputs(const Json& document) {
  const auto output = [](std::string name, const Json& extents) {
    DrawnOutput drawn;
    drawn.name = std::move(name);
    const std::vector<Json> sizes = extents.Elements();
    drawn.channels = sizes[0].Integer();
    if (sizes.size() == 3) {
      drawn.height = sizes[1].Integer();
      drawn.width = sizes[2].Integer();
    }
    return drawn;
  };
  std::vector<DrawnOutput> outputs = {output("input", document.At("input"))};
  for (const Json& layer : document.At("layers").Elements()) {
    const std::string kind = layer.At("kind").Text();
    const bool weights = layer.At("macs").Integer() > 0;
    if (!weights && kind.find("pooling") == std::string::npos) continue;
    DrawnOutput drawn = output(Shortened(layer.At("name").Text(), kCaption),
                               layer.At("output"));
    drawn.kind = ShortKind(kind);
    drawn.within_towers =
        !weights || (layer.At("options").Has("groups") &&
                     layer.At("options").At("groups").Integer() > 1);
    outputs.push_back(std::move(drawn));
  }
  return outputs;
}

Html DrawingSection(const Json& document) {
  const int64_t towers = Towers(document);
  Html content = Scrolled("Drawing of the network", "wide",
                          DrawNetwork(DrawnOutputs(document), towers));
  content += Paragraph(
      "Outputs of layers as channels by height by width, maps and vectors each "
      "to one scale. " +
      (towers > 1
           ? fmt::format("Its {} towers stand one above the other; lines "
                         "cross where a layer sees all of them.",
                         towers)
           : std::string()));
  return Section("Network", content);
}

Html FilterSection(const Json& document, const Model& model) {
  const FirstFilters filters = DrawFirstFilters(document, model);
  if (!filters.missing.empty()) return Html();
  Html figures;
  for (const TowerFilters& tower : filters.towers) {
    Html figure = Image(EncodePng(tower.sheet), tower.words, "pixels");
    figure += Element("figcaption", {}, tower.words);
    figures += Element("figure", {}, figure);
  }
  Html content = Element("div", {{"class", "towers"}}, figures);
  content += Paragraph(
      "Each filter has its own scale: mid-grey is zero, the largest weight is "
      "black or white. Magenta is not a number.");
  return Section("Filters of the first convolution", content);
}

Html HistogramSection(const Json& document, const Model& model) {
  Html cards;
  size_t index = 0;
  for (const Json& tensor : document.At("tensors").Elements()) {
    const size_t at = index++;
    if (tensor.At("role").Text() != "parameter" ||
        tensor.At("damaged").Boolean()) {
      continue;
    }
    const Histogram histogram = CountValues(model.read_tensor(at), kBins);
    const std::string words = fmt::format(
        "{}: {:.3g} to {:.3g}", Shortened(tensor.At("name").Text(), 40),
        histogram.low, histogram.high);
    Html card = DrawHistogram(histogram, words);
    card += Element("figcaption", {}, words);
    cards += Element("figure", {}, card);
  }
  Html content = Element("div", {{"class", "cards"}}, cards);
  content += Paragraph("Counts of values, by their logarithm.");
  return Section("Distribution of the weights", content);
}

Html TimeSection(const Json& document) {
  const Json time = document.At("time");
  Html content = Paragraph(fmt::format(
      "{}, {}, batch {}, {}: at most {:.0f} GFLOP/s and {:.1f} "
      "GB/s, measured in the same run.",
      time.At("device").Text(), Counted(time.At("threads").Integer(), "thread"),
      time.At("batch").Integer(), Counted(time.At("runs").Integer(), "run"),
      time.At("gflops_per_second_ceiling").Number(),
      time.At("gbytes_per_second_ceiling").Number()));
  content += TimeTable(document);
  return Section("Time", content);
}

}  // namespace

std::string InspectionPage(const Json& document, const Model* model,
                           const Seen* seen) {
  const bool file = document.Has("file");
  const std::string title =
      file ? document.At("file").Text() : document.At("network").Text();
  Html body = Element("h1", {}, title);
  if (file) {
    body +=
        Paragraph(fmt::format("{}, {:.1f} MiB", document.At("format").Text(),
                              document.At("file_bytes").Number() / (1 << 20)));
  }
  body += FactList(document);
  body += DrawingSection(document);
  if (seen != nullptr) body += SeenSection(document, *seen);
  body += Section("Layers", LayerTable(document));
  if (document.Has("time")) body += TimeSection(document);
  if (model == nullptr) return Page(title, Element("main", {}, body));
  body +=
      CurvesBeside(document.At("file").Text(), document.At("network").Text());
  body += FilterSection(document, *model);
  if (seen != nullptr) body += MapsSection(*seen);
  body += HistogramSection(document, *model);
  body += Section("Tensors", TensorTable(document));
  return Page(title, Element("main", {}, body));
}

}  // namespace alexnet::cli
