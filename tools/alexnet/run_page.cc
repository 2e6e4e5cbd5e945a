#include "tools/alexnet/run_page.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "tools/alexnet/confusion_tables.h"
#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/page/html.h"
#include "tools/alexnet/page/table.h"
#include "tools/alexnet/progress.h"
#include "tools/alexnet/run_curves.h"
#include "tools/alexnet/spelling.h"

namespace alexnet::cli {
namespace {

constexpr size_t kMostWarnings = 60;
constexpr size_t kMostChoices = 100;
constexpr size_t kMostEpochRows = 40;
// Of which the curves of norms are drawn, and of which they are there to see at
// once.
constexpr size_t kMostLayers = 40;
constexpr size_t kMostOpenLayers = 12;
constexpr size_t kName = 60;  // characters

Html Fact(const char* what, std::string_view text) {
  Html fact = Element("dt", {}, what);
  fact += Element("dd", {}, text);
  return fact;
}

std::string Value(double value, const char* format) {
  return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : "-";
}

const RunEpoch* BestEpoch(const RunHistory& history) {
  const RunEpoch* best = nullptr;
  for (const RunEpoch& epoch : history.epochs()) {
    if (epoch.best) best = &epoch;
  }
  return best;
}

std::string BestWords(const RunEpoch& best) {
  return std::isfinite(best.error)
             ? fmt::format(
                   "epoch {}: top-1 error {:.2f} %, top-5 {:.2f} %, "
                   "loss {:.4f}, of held-out pictures",
                   best.epoch, best.error, best.top5_error, best.loss)
             : fmt::format(
                   "epoch {}: top-1 error {:.2f} %, loss {:.4f}, of "
                   "training pictures",
                   best.epoch, best.train_error, best.train_loss);
}

Html FactsOf(const RunPageContent& content) {
  const RunHistory& history = content.history;
  const RunStart& start = *history.start();
  Html facts = Fact("network", fmt::format("{}, {} parameters", start.network,
                                           Grouped(start.parameters)));
  facts +=
      Fact("pictures", fmt::format("{}: {} to learn, {} held out, {} classes",
                                   content.data, Grouped(start.train_samples),
                                   Grouped(start.validation_samples),
                                   Grouped(start.classes)));
  facts +=
      Fact("device", start.device + ", " + Counted(start.threads, "thread"));
  facts +=
      Fact("recipe", fmt::format("batch {}, {} of {}, rate {:g}, "
                                 "seed {}",
                                 start.batch, Counted(start.epochs, "epoch"),
                                 Counted(start.steps_per_epoch, "update"),
                                 start.rate, start.seed));
  double seconds = 0.0;
  for (const RunEpoch& epoch : history.epochs()) {
    if (std::isfinite(epoch.seconds)) seconds += epoch.seconds;
  }
  facts +=
      Fact("so far", fmt::format("{} of {}, {}, in {}", history.epochs().size(),
                                 Counted(start.epochs, "epoch"),
                                 Counted(history.steps(), "update"),
                                 FormatSeconds(seconds)));
  if (const RunEpoch* best = BestEpoch(history); best != nullptr) {
    facts += Fact("best", BestWords(*best));
  }
  return Element("dl", {}, facts);
}

// Those that stand on the curves; the numbers are their places in the list.
std::vector<ChartMark> MarksOf(const RunHistory& history) {
  std::vector<ChartMark> marks;
  size_t number = 0;
  for (const RunWarning& warning : history.warnings()) {
    if (warning.kind != "watch") continue;
    if (++number > kMostWarnings) break;
    const double at = history.EpochOf(warning.step);
    if (std::isfinite(at)) marks.push_back({at, std::to_string(number)});
  }
  return marks;
}

Html WarningItem(const RunHistory& history, const RunWarning& warning) {
  Html item =
      Element("b", {},
              fmt::format("update {}, epoch {}: ", Grouped(warning.step),
                          Value(history.EpochOf(warning.step), "{:.2f}")));
  item += Text(WithFlags(warning.message));
  return Element("li", {}, item);
}

// Of the watch, or all others.
Html WarningList(const RunHistory& history, bool watch) {
  Html items;
  size_t count = 0;
  for (const RunWarning& warning : history.warnings()) {
    if ((warning.kind == "watch") != watch) continue;
    if (++count <= kMostWarnings) items += WarningItem(history, warning);
  }
  if (count == 0) return Html();
  Html list = Element(
      "h3", {}, watch ? "Learning: numbers as on the curves" : "Data and run");
  list += Element(watch ? "ol" : "ul", {}, items);
  if (count > kMostWarnings) {
    list += Paragraph(fmt::format("and {} more", count - kMostWarnings));
  }
  return list;
}

Html WarningSection(const RunHistory& history) {
  Html lists = WarningList(history, true);
  lists += WarningList(history, false);
  return lists.markup().empty() ? Html() : Section("Warnings", lists);
}

// Evenly over the run where there are many; the last one always.
Html EpochTable(const RunHistory& history) {
  const std::vector<RunEpoch>& epochs = history.epochs();
  const size_t every = (epochs.size() + kMostEpochRows - 1) / kMostEpochRows;
  Html rows;
  for (size_t i = 0; i < epochs.size(); ++i) {
    if ((epochs.size() - 1 - i) % every != 0) continue;
    const RunEpoch& epoch = epochs[i];
    Html cells = RowName(std::to_string(epoch.epoch));
    cells += Cell(Value(epoch.train_loss, "{:.4f}"));
    cells += Cell(Value(epoch.train_error, "{:.2f}"));
    cells += Cell(Value(epoch.loss, "{:.4f}"));
    cells += Cell(Value(epoch.error, "{:.2f}"));
    cells += Cell(Value(epoch.top5_error, "{:.2f}"));
    cells += Cell(Value(epoch.rate, "{:.3g}"));
    cells += Cell(Value(epoch.images_per_second, "{:.0f}"));
    cells +=
        Cell(FormatSeconds(std::isfinite(epoch.seconds) ? epoch.seconds : 0.0));
    rows += Row(cells);
  }
  Html details =
      Element("summary", {},
              every > 1 ? fmt::format("Numbers of one of {} epochs", every)
                        : "Numbers by epoch");
  details += Table("Epochs",
                   {"epoch", "training loss", "top-1/%", "held-out loss",
                    "top-1/%", "top-5/%", "rate", "images/s", "time"},
                   1, rows);
  return Element("details", {}, details);
}

Html CurveSection(const RunHistory& history) {
  const std::vector<ChartMark> marks = MarksOf(history);
  Html drawn = LossAndErrorCharts(history, marks);
  drawn += PaceCharts(history, marks);
  if (drawn.markup().empty()) {
    return Section("Curves", Paragraph("Nothing was measured yet."));
  }
  Html curves = Charts(drawn);
  std::string words =
      "Training errors are of pictures as they are augmented, while the "
      "weights change; those of held-out pictures of the centre view, after "
      "the epoch.";
  if (history.batch_loss().stride() > 1) {
    words += fmt::format(" Curves by batch are means of {} lines of metrics.",
                         history.batch_loss().stride());
  }
  if (!marks.empty()) words += " Dashed lines are warnings, by number.";
  curves += Paragraph(words);
  if (!history.epochs().empty()) curves += EpochTable(history);
  return Section("Curves", curves);
}

std::string ClassName(const std::vector<std::string>& classes, int32_t index) {
  const auto at = static_cast<size_t>(index);
  return at < classes.size() ? Shortened(classes[at], kName)
                             : fmt::format("class {}", index);
}

Html PictureFigure(const RunPageContent& content,
                   const MisreadPicture& picture) {
  const std::string truth = ClassName(content.classes, picture.label);
  const std::string taken = ClassName(content.classes, picture.predicted);
  Html figure;
  if (!picture.thumbnail.empty()) {
    figure += Image(picture.thumbnail,
                    fmt::format("a {} that is taken for {}", truth, taken),
                    picture.coarse ? "thumb coarse" : "thumb");
  }
  const auto line = [](const char* word, const std::string& name,
                       float probability) {
    Html text = Text(word);
    text += Element("b", {}, name);
    text += Text(fmt::format(" {}", Value(100.0 * probability, "{:.1f} %")));
    return Element("div", {}, text);
  };
  Html caption = line("is ", truth, picture.label_probability);
  caption += line("taken for ", taken, picture.probability);
  caption += Element("div", {}, Shortened(picture.name, kName));
  figure += Element("figcaption", {}, caption);
  return Element("figure", {}, figure);
}

Html WorstSection(const RunPageContent& content) {
  const RunFindings& findings = content.findings;
  if (findings.worst.empty()) return Html();
  Html figures;
  for (const MisreadPicture& picture : findings.worst) {
    figures += PictureFigure(content, picture);
  }
  Html section = Element("div", {{"class", "thumbs"}}, figures);
  section += Paragraph(fmt::format(
      "After epoch {}: of the held-out pictures that are taken for another "
      "class, those whose true class was least likely, the worst first; with "
      "the probability of each class.",
      findings.epoch));
  return Section("Worst-classified pictures", section);
}

Html ConfusionSection(const RunPageContent& content) {
  const RunFindings& findings = content.findings;
  const size_t classes = content.classes.size();
  if (findings.confusion.empty() ||
      findings.confusion.size() != classes * classes) {
    return Html();
  }
  std::vector<std::string> names;
  for (size_t i = 0; i < content.classes.size(); ++i) {
    names.push_back(ClassName(content.classes, static_cast<int32_t>(i)));
  }
  Html section =
      Paragraph(fmt::format("Of the held-out pictures, after epoch "
                            "{}.",
                            findings.epoch));
  section += ConfusionTables(names, findings.confusion);
  return Section("What is taken for what", section);
}

Html NormTable(const std::vector<LayerCurves>& layers) {
  Html rows;
  for (const LayerCurves& layer : layers) {
    Html cells = RowName(Shortened(layer.layer, 40));
    cells += Cell(Value(layer.last.weight, "{:.4g}"));
    cells += Cell(Value(layer.last.gradient, "{:.3g}"));
    cells += Cell(Value(layer.last.update, "{:.3g}"));
    const double relative = layer.last.update / layer.last.weight;
    cells += Cell(Value(relative, "{:.1e}"));
    rows += Row(cells);
  }
  return Table("Norms of layers",
               {"layer", "weights", "gradients", "update", "update / weights"},
               1, rows);
}

Html NormSection(const RunHistory& history) {
  const std::vector<LayerCurves>& layers = history.norms();
  if (layers.empty()) return Html();
  Html section = NormTable(layers);
  section += Paragraph(
      "L2 norms of all weights and biases of a layer together, after the last "
      "epoch; of the gradients of its last update, before clipping and without "
      "weight decay; and of what that update added to the parameters. About a "
      "thousandth of the weights is usual; much more is restless, much less "
      "learns slowly.");
  Html charts;
  const size_t drawn = std::min(layers.size(), kMostLayers);
  for (size_t i = 0; i < drawn; ++i) charts += NormChart(layers[i]);
  Html details = Element(
      "summary", {},
      drawn < layers.size() ? fmt::format("Curves of the first {} of {} layers",
                                          drawn, layers.size())
                            : "Curves of each layer");
  details += Charts(charts);
  std::vector<Attribute> attributes;
  if (layers.size() <= kMostOpenLayers) attributes.push_back({"open", ""});
  section += Element("details", attributes, details);
  return Section("Norms by layer", section);
}

Html ChoiceSection(const RunStart& start) {
  if (start.choices.empty()) return Html();
  Html items;
  const size_t shown = std::min(start.choices.size(), kMostChoices);
  for (size_t i = 0; i < shown; ++i) {
    items += Element("li", {}, WithFlags(start.choices[i]));
  }
  Html list = Element("ul", {}, items);
  if (shown < start.choices.size()) {
    list += Paragraph(fmt::format("and {} more", start.choices.size() - shown));
  }
  return Section("What was chosen, and why", list);
}

}  // namespace

std::string RunPage(const RunPageContent& content) {
  const RunHistory& history = content.history;
  const std::string title = fmt::format("Training run {}", content.folder);
  Html body = Element("h1", {}, title);
  body += Element("p",
                  content.failed ? std::vector<Attribute>{{"class", "bad"}}
                                 : std::vector<Attribute>{},
                  content.state);
  if (history.start()) {
    body += FactsOf(content);
    body += WarningSection(history);
    body += CurveSection(history);
    body += WorstSection(content);
    body += ConfusionSection(content);
    body += NormSection(history);
    body += ChoiceSection(*history.start());
  }
  return Page(title, Element("main", {}, body));
}

}  // namespace alexnet::cli
