#include "tools/alexnet/comparison_page.h"

#include <fmt/core.h>

#include <alexnet/alexnet.hpp>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <string_view>
#include <vector>

#include "tools/alexnet/comparison.h"
#include "tools/alexnet/inspection_tables.h"
#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/out_of_memory.h"
#include "tools/alexnet/page/html.h"
#include "tools/alexnet/page/table.h"
#include "tools/alexnet/thumbnail.h"

namespace alexnet::cli {
namespace {

constexpr size_t kMostPictures = 20;
constexpr size_t kName = 40;  // characters

// Differences span many powers of ten: a bar grows with the logarithm, from
// this power on; 1 fills the cell.
constexpr double kLeastPower = -8.0;

Html DifferenceCell(double value) {
  const double share =
      value > 0.0 ? 1.0 - std::log10(value) / kLeastPower : 0.0;
  return BarCell(std::clamp(share, 0.0, 1.0),
                 value == 0.0 ? "0" : fmt::format("{:.1e}", value));
}

Html DifferenceCell(const Json& value) {
  return value.IsNull() ? BarCell(1.0, "not finite")
                        : DifferenceCell(value.Number());
}

std::string NameOf(const Json& entry) {
  const std::string name = entry.At("name").Text();
  const std::string other = entry.At("name_in_b").Text();
  return Shortened(name == other ? name : name + ", " + other, kName);
}

Html Verdict(const Json& document) {
  const double tolerance = document.At("tolerance").Number();
  const bool close = document.At("close").Boolean();
  std::string words = close ? "They are the same" : "They differ";
  if (tolerance > 0.0) {
    words +=
        fmt::format(fmt::runtime(close ? ", within a tolerance of {:g}"
                                       : ", by more than a tolerance of {:g}"),
                    tolerance);
  }
  return Element("p",
                 close ? std::vector<Attribute>{}
                       : std::vector<Attribute>{{"class", "bad"}},
                 words + ".");
}

Html SideCell(const Json& name, const Json& words) {
  return LeftCell(name.IsNull()
                      ? "nothing"
                      : Shortened(name.Text(), kName) + ": " + words.Text());
}

Html StructureSection(const Json& document) {
  const std::vector<Json> layers = document.At("layers").Elements();
  if (layers.empty()) {
    return Section("Structure",
                   Paragraph("All layers compute the same in both."));
  }
  Html rows;
  for (const Json& layer : layers) {
    Html cells = RowName(std::to_string(layer.At("index").Integer()));
    cells += SideCell(layer.At("a"), layer.At("a_is"));
    cells += SideCell(layer.At("b"), layer.At("b_is"));
    rows += Row(cells);
  }
  Html content = Paragraph(
      fmt::format("{} that compute something else.",
                  Counted(static_cast<int64_t>(layers.size()), "layer")));
  content += Table("Layers that differ", {"place", "A", "B"}, 3, rows);
  return Section("Structure", content);
}

Html PreparationSection(const Json& document) {
  const std::vector<Json> members = document.At("preprocessing").Elements();
  if (members.empty()) {
    return Section("Preparation of pictures",
                   Paragraph("Both prepare pictures the same way."));
  }
  Html rows;
  for (const Json& member : members) {
    Html cells = RowName(member.At("name").Text());
    cells += LeftCell(member.At("a").Line());
    cells += LeftCell(member.At("b").Line());
    rows += Row(cells);
  }
  return Section("Preparation of pictures",
                 Table("What differs", {"setting", "A", "B"}, 3, rows));
}

std::string RowsInWords(const Json& difference, const Json& shape) {
  constexpr size_t kMostListed = 8;
  const std::vector<Json> rows = difference.At("rows").Elements();
  const int64_t all = shape.Elements()[0].Integer();
  if (rows.size() == static_cast<size_t>(all)) return "all";
  std::string text;
  for (size_t i = 0; i < std::min(rows.size(), kMostListed); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(rows[i].Integer());
  }
  if (rows.size() > kMostListed) {
    text += fmt::format(" and {} more of {}", rows.size() - kMostListed, all);
  }
  return text;
}

Html TensorRow(const Json& tensor) {
  Html cells = RowName(NameOf(tensor));
  cells += LeftCell(Extents(tensor.At("shape")));
  const Json difference = tensor.At("difference");
  if (difference.IsNull()) {
    cells +=
        Element("td", {{"class", "bad left"}, {"colspan", "6"}},
                "of another shape in B: " + Extents(tensor.At("shape_in_b")));
    return Row(cells);
  }
  if (difference.At("elements").Integer() == 0) {
    cells +=
        Element("td", {{"class", "left"}, {"colspan", "6"}}, "the same bits");
    return Row(cells);
  }
  cells += DifferenceCell(difference.At("relative"));
  const Json cosine = difference.At("cosine");
  cells += cosine.IsNull()
               ? BarCell(1.0, "-")
               : DifferenceCell(std::max(1.0 - cosine.Number(), 0.0));
  for (const char* name : {"max", "mean"}) {
    const Json value = difference.At(name);
    cells += Cell(value.IsNull() ? "not finite"
                                 : fmt::format("{:.3g}", value.Number()));
  }
  cells += Cell(Grouped(difference.At("ulps").Integer()));
  cells += Cell(RowsInWords(difference, tensor.At("shape")));
  return Row(cells);
}

Html TensorSection(const Json& document) {
  Html rows;
  for (const Json& tensor : document.At("tensors").Elements()) {
    rows += TensorRow(tensor);
  }
  Html content = Table("Tensors",
                       {"tensor", "shape", "relative", "1 - cosine", "max",
                        "mean", "ULPs", "filters that differ"},
                       2, rows);
  content += Paragraph(
      "Relative: the largest difference over the largest value. Bars grow with "
      "the logarithm, from 1e-8; 1 fills the cell.");
  return Section("Weights and biases", content);
}

// Nothing where the picture has gone.
Html PictureFigure(const Json& entry) {
  if (entry.At("picture").IsNull()) return Html();
  const std::string path = entry.At("picture").Text();
  try {
    const Thumbnail thumbnail = ThumbnailOf(Image::load(path).view());
    return Element("figure", {},
                   Image(thumbnail.png, Shortened(path, kName),
                         thumbnail.coarse ? "thumb coarse" : "thumb"));
  } catch (const std::exception& error) {
    PassOutOfMemory(error);
    return Html();
  }
}

Html LikeliestOf(const char* name, const Json& top) {
  if (top.Elements().empty()) return Html();
  Html content = Element("h3", {}, fmt::format("Likeliest by {}", name));
  content += LikeliestTable(name, top);
  return Element("div", {}, content);
}

std::string PartingInWords(const Json& entry) {
  const std::vector<Json> layers = entry.At("layers").Elements();
  if (layers.empty()) {
    return "Their layers are not the same, so that only answers are compared.";
  }
  const Json view = entry.At("view");
  std::string text;
  if (view.IsNull() || view.Number() > 0.0) {
    text = "They prepare pictures differently. ";
  }
  const Json first = entry.At("first");
  if (first.IsNull()) {
    return text + "No layer's outputs part by more than the tolerance.";
  }
  const Json& layer = layers[static_cast<size_t>(first.Integer())];
  return text + fmt::format("{} is the first layer whose outputs part.",
                            NameOf(layer));
}

Html LayerDifferences(const Json& entry) {
  const std::vector<Json> layers = entry.At("layers").Elements();
  if (layers.empty()) return Html();
  Html rows;
  for (const Json& layer : layers) {
    Html cells = RowName(NameOf(layer));
    cells += DifferenceCell(layer.At("relative"));
    rows += Row(cells);
  }
  return Table("Outputs of layers", {"outputs of", "relative difference"}, 1,
               rows);
}

Html BehaviourSection(const Json& document) {
  Html content;
  const std::vector<Json> entries = document.At("behaviour").Elements();
  for (size_t i = 0; i < std::min(entries.size(), kMostPictures); ++i) {
    const Json& entry = entries[i];
    const Json picture = entry.At("picture");
    content += Element("h3", {},
                       picture.IsNull() ? "A generated picture"
                                        : Shortened(picture.Text(), 100));
    content += Paragraph(PartingInWords(entry));
    Html parts = PictureFigure(entry);
    parts += LikeliestOf("A", entry.At("top"));
    parts += LikeliestOf("B", entry.At("top_in_b"));
    content += Element("div", {{"class", "seen"}}, parts);
    content += LayerDifferences(entry);
  }
  if (entries.size() > kMostPictures) {
    content += Paragraph(
        fmt::format("and {} more pictures", entries.size() - kMostPictures));
  }
  return Section("Behaviour", content);
}

}  // namespace

std::string ComparisonPage(const Json& document) {
  const std::string a = document.At("a").Text();
  const std::string b = document.At("b").Text();
  Html body = Element("h1", {}, "Two models compared");
  Html facts;
  for (const auto& [name, path] : {std::pair("A", a), std::pair("B", b)}) {
    facts += Element("dt", {}, name);
    facts += Element("dd", {}, path);
  }
  body += Element("dl", {}, facts);
  body += Verdict(document);
  body += StructureSection(document);
  body += PreparationSection(document);
  body += BehaviourSection(document);
  body += TensorSection(document);
  return Page(a + " and " + b, Element("main", {}, body));
}

}  // namespace alexnet::cli
