#include "tools/alexnet/study_output.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/page/chart.h"
#include "tools/alexnet/page/html.h"
#include "tools/alexnet/page/table.h"
#include "tools/alexnet/run_curves.h"
#include "tools/alexnet/study_runs.h"
#include "tools/alexnet/study_verdict.h"
#include "tools/alexnet/text_table.h"

namespace alexnet::cli {
namespace {

constexpr const char* kTrainingError = "Training error by epoch";
constexpr const char* kHeldOutError = "Error of held-out pictures by epoch";

const char* MeasureWords(const StudyPlan& plan) {
  return plan.counts_epochs() ? "epochs until 25 % training error"
                              : "top-1 error of held-out pictures, percent";
}

std::string ValueOf(const StudyPlan& plan, const StudyRun& run) {
  if (!run.diverged.empty()) return "diverged";
  if (!std::isfinite(run.value)) return "-";
  return (run.beyond ? ">" : "") +
         fmt::format(fmt::runtime(plan.counts_epochs() ? "{:.0f}" : "{:.2f}"),
                     run.value);
}

// Their mean is then larger than that of the values, and nothing tells the
// deviation.
bool AnyBeyond(const std::vector<StudyRun>& runs) {
  return std::any_of(runs.begin(), runs.end(),
                     [](const StudyRun& run) { return run.beyond; });
}

using Rows = std::vector<std::vector<std::string>>;

std::vector<std::string> RowOf(const StudyPlan& plan, const Arm& arm,
                               const std::vector<StudyRun>& runs) {
  std::vector<std::string> row = {arm.name};
  for (const StudyRun& run : runs) row.push_back(ValueOf(plan, run));
  const Spread spread = SpreadOf(Values(runs));
  const bool beyond = AnyBeyond(runs);
  row.push_back((beyond ? ">" : "") + Number(spread.mean));
  row.push_back(beyond ? "-" : Number(spread.deviation));
  return row;
}

// The heading first.
Rows TableOf(const StudyPlan& plan, const StudyResult& result) {
  std::vector<std::string> heading = {""};
  for (const StudyRun& run : result.with) {
    heading.push_back(fmt::format("seed {}", run.seed));
  }
  heading.insert(heading.end(), {"mean", "deviation"});
  return {heading, RowOf(plan, plan.claim->with, result.with),
          RowOf(plan, plan.claim->without, result.without)};
}

// NaN is null.
Json Value(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json Curve(const std::vector<RunEpoch>& epochs, double RunEpoch::*value) {
  Json curve = Json::Array();
  for (const RunEpoch& epoch : epochs) curve.Append(Value(epoch.*value));
  return curve;
}

Json ArmJson(const Arm& arm, const std::vector<StudyRun>& runs) {
  Json all = Json::Array();
  for (const StudyRun& run : runs) {
    all.Append(Json::Object(
        {{"seed", run.seed},
         {"value", Value(run.value)},
         {"beyond", run.beyond},
         {"diverged", run.diverged.empty() ? Json() : Json(run.diverged)},
         {"train_top1_error", Curve(run.epochs, &RunEpoch::train_error)},
         {"top1_error", Curve(run.epochs, &RunEpoch::error)},
         {"train_loss", Curve(run.epochs, &RunEpoch::train_loss)},
         {"loss", Curve(run.epochs, &RunEpoch::loss)}}));
  }
  const Spread spread = SpreadOf(Values(runs));
  return Json::Object(
      {{"name", arm.name},
       {"runs", all},
       {"mean", Value(spread.mean)},
       {"deviation", AnyBeyond(runs) ? Json() : Value(spread.deviation)}});
}

// The mean over runs that came as far.
Series MeanCurve(const Arm& arm, const std::vector<StudyRun>& runs,
                 double RunEpoch::*value) {
  Series series{arm.name, {}};
  for (size_t epoch = 0;; ++epoch) {
    std::vector<double> values;
    for (const StudyRun& run : runs) {
      if (epoch < run.epochs.size()) values.push_back(run.epochs[epoch].*value);
    }
    if (values.empty()) return series;
    series.points.emplace_back(static_cast<double>(epoch + 1),
                               SpreadOf(values).mean);
  }
}

Html ChartOf(const StudyPlan& plan, const StudyResult& result,
             const char* title, double RunEpoch::*value) {
  Chart chart{
      .title = title, .x_name = "epoch", .y_name = "error/%", .series = {}};
  if (!plan.claim->with.ten_crops) {
    chart.series.push_back(MeanCurve(plan.claim->with, result.with, value));
  }
  chart.series.push_back(MeanCurve(plan.claim->without, result.without, value));
  return DrawChart(chart);
}

Html CurvesOf(const StudyPlan& plan, const StudyResult& result,
              const char* title, double RunEpoch::*value) {
  const Html drawing = ChartOf(plan, result, title, value);
  if (drawing.markup().empty()) return Html();
  Html figure = Element("h3", {}, title);
  figure += Scrolled(title, "scroll", drawing);
  return Element("figure", {}, figure);
}

// A run's value leads to its own report.
Html PageRow(const std::vector<std::string>& row, const Arm& arm,
             const std::vector<StudyRun>& runs) {
  Html cells = RowName(row[0]);
  for (size_t i = 0; i + 1 < row.size(); ++i) {
    const std::string& text = row[i + 1];
    cells += i < runs.size() && !arm.ten_crops
                 ? LinkCell(text, FolderName(arm, runs[i]) + "/report.html")
                 : Cell(text);
  }
  return Row(cells);
}

Html PageTable(const StudyPlan& plan, const StudyResult& result) {
  const Rows table = TableOf(plan, result);
  Html rows = PageRow(table[1], plan.claim->with, result.with);
  rows += PageRow(table[2], plan.claim->without, result.without);
  return Table("Values by seed", table[0], 1, rows);
}

}  // namespace

std::string StudyText(const StudyPlan& plan, const StudyResult& result) {
  TextTable table(1);
  for (std::vector<std::string>& row : TableOf(plan, result)) {
    table.AddRow(std::move(row));
  }
  std::string text =
      fmt::format("{}\n{}: {}\n\n{}\n{}\n{}\n", plan.claim->sentence,
                  SettingWords(plan, result), MeasureWords(plan), table.Text(),
                  DifferenceWords(plan, result), VerdictWords(plan, result));
  const std::string diverged = DivergedWords(plan, result);
  return diverged.empty() ? text : text + diverged + "\n";
}

Json StudyJson(const StudyPlan& plan, const StudyResult& result) {
  const PairedDifference& difference = result.difference;
  return Json::Object(
      {{"version", 1},
       {"study", plan.claim->name},
       {"claim", plan.claim->sentence},
       {"preset", plan.preset},
       {"data", plan.data},
       {"epochs", plan.epochs},
       {"held_out", HeldOut(result)},
       {"measure", MeasureWords(plan)},
       {"with", ArmJson(plan.claim->with, result.with)},
       {"without", ArmJson(plan.claim->without, result.without)},
       {"difference",
        Json::Object(
            {{"pairs", static_cast<int64_t>(result.differences.size())},
             {"mean", Value(difference.mean)},
             {"low", Value(difference.mean - difference.half_width)},
             {"high", Value(difference.mean + difference.half_width)},
             {"beyond", result.beyond}})},
       {"diverged", Diverged(plan, result)},
       {"verdict", VerdictName(VerdictOf(plan, result))}});
}

std::string StudyPage(const StudyPlan& plan, const StudyResult& result) {
  Html body = Element("h1", {}, fmt::format("Study: {}", plan.claim->name));
  body += Paragraph(plan.claim->sentence);
  body += Paragraph(SettingWords(plan, result) + ".");
  Html values =
      Paragraph(fmt::format("As {}; each leads to the report of its "
                            "run.",
                            MeasureWords(plan)));
  values += PageTable(plan, result);
  values += Paragraph(DifferenceWords(plan, result) + ".");
  values += Element("p", {}, Element("b", {}, VerdictWords(plan, result)));
  const std::string diverged = DivergedWords(plan, result);
  if (!diverged.empty()) {
    values += Element("p", {{"class", "bad"}}, diverged);
  }
  body += Section("Result", values);
  Html curves = CurvesOf(plan, result, kTrainingError, &RunEpoch::train_error);
  curves += CurvesOf(plan, result, kHeldOutError, &RunEpoch::error);
  if (!curves.markup().empty()) {
    Html section = Charts(curves);
    section += Paragraph("Each the mean of the runs that came as far.");
    body += Section("Curves", section);
  }
  return Page(fmt::format("Study: {}", plan.claim->name),
              Element("main", {}, body));
}

std::string StudyDrawing(const StudyPlan& plan, const StudyResult& result) {
  const Html drawing =
      plan.counts_epochs()
          ? ChartOf(plan, result, kTrainingError, &RunEpoch::train_error)
          : ChartOf(plan, result, kHeldOutError, &RunEpoch::error);
  if (drawing.markup().empty()) return "";
  return SvgFile(drawing, kChartWidth, kChartHeight);
}

}  // namespace alexnet::cli
