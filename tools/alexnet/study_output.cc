#include "tools/alexnet/study_output.h"

#include <fmt/core.h>

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/page/chart.h"
#include "tools/alexnet/page/html.h"
#include "tools/alexnet/page/table.h"
#include "tools/alexnet/run_curves.h"
#include "tools/alexnet/text_table.h"

namespace alexnet::cli {
namespace {

constexpr const char* kTrainingError = "Training error by epoch";
constexpr const char* kHeldOutError = "Error of held-out pictures by epoch";

bool CountsEpochs(const StudyPlan& plan) {
  return plan.claim->measure == Measure::kEpochsTo25;
}

const char* MeasureWords(const StudyPlan& plan) {
  return CountsEpochs(plan) ? "epochs until 25 % training error"
                            : "top-1 error of held-out pictures, percent";
}

std::string Number(double value) {
  return std::isfinite(value) ? fmt::format("{:.2f}", value) : "-";
}

// Epochs are whole numbers.
std::string ValueOf(const StudyPlan& plan, const StudyRun& run) {
  if (!run.diverged.empty()) return "diverged";
  if (!std::isfinite(run.value)) return "-";
  return (run.beyond ? ">" : "") +
         fmt::format(fmt::runtime(CountsEpochs(plan) ? "{:.0f}" : "{:.2f}"),
                     run.value);
}

using Rows = std::vector<std::vector<std::string>>;

std::vector<std::string> RowOf(const StudyPlan& plan, const Arm& arm,
                               const std::vector<StudyRun>& runs) {
  std::vector<std::string> row = {arm.name};
  for (const StudyRun& run : runs) row.push_back(ValueOf(plan, run));
  const Spread spread = SpreadOf(Values(runs));
  row.push_back(Number(spread.mean));
  row.push_back(Number(spread.deviation));
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

std::string DifferenceWords(const StudyPlan& plan, const StudyResult& result) {
  const Claim& claim = *plan.claim;
  std::string text = fmt::format(
      "{} minus {}: {}{}", claim.without.name, claim.with.name,
      result.beyond ? "at least " : "", Number(result.difference.mean));
  if (std::isfinite(result.difference.half_width)) {
    text += fmt::format(", 95 % interval {:.2f} to {:.2f}",
                        result.difference.mean - result.difference.half_width,
                        result.difference.mean + result.difference.half_width);
  }
  text +=
      fmt::format(", {} of {}", result.differences.size(),
                  Counted(static_cast<int64_t>(result.with.size()), "pair"));
  if (CountsEpochs(plan)) {
    const double ratio = SpreadOf(Values(result.without)).mean /
                         SpreadOf(Values(result.with)).mean;
    text += fmt::format("; {} times as many{}", Number(ratio),
                        result.beyond ? " or more" : "");
  }
  return text;
}

// One of "holds", "opposite", "not_seen" and "too_few".
const char* Verdict(const StudyResult& result) {
  if (result.differences.size() < 2) return "too_few";
  if (result.difference.positive()) return "holds";
  return result.difference.negative() ? "opposite" : "not_seen";
}

std::string VerdictWords(const StudyResult& result) {
  const std::string verdict = Verdict(result);
  if (verdict == "holds") return "It holds here.";
  if (verdict == "opposite") return "Here the opposite holds.";
  if (verdict == "not_seen") {
    return "It is not seen here: the interval holds 0. More seeds make it "
           "narrower (--seeds).";
  }
  return "Fewer than two pairs have no interval; give more seeds (--seeds).";
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
  return Json::Object({{"name", arm.name},
                       {"runs", all},
                       {"mean", Value(spread.mean)},
                       {"deviation", Value(spread.deviation)}});
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

Html PageTable(const StudyPlan& plan, const StudyResult& result) {
  const Rows table = TableOf(plan, result);
  Html rows;
  for (size_t i = 1; i < table.size(); ++i) {
    Html cells = RowName(table[i][0]);
    for (size_t j = 1; j < table[i].size(); ++j) cells += Cell(table[i][j]);
    rows += Row(cells);
  }
  return Table("Values by seed", table[0], 1, rows);
}

}  // namespace

std::string StudyText(const StudyPlan& plan, const StudyResult& result) {
  TextTable table(1);
  for (std::vector<std::string>& row : TableOf(plan, result)) {
    table.AddRow(std::move(row));
  }
  return fmt::format(
      "{}\n{} on {}, {}: {}\n\n{}\n{}\n{}\n", plan.claim->sentence, plan.preset,
      plan.data, Counted(plan.epochs, "epoch"), MeasureWords(plan),
      table.Text(), DifferenceWords(plan, result), VerdictWords(result));
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
       {"verdict", Verdict(result)}});
}

std::string StudyPage(const StudyPlan& plan, const StudyResult& result) {
  Html body = Element("h1", {}, fmt::format("Study: {}", plan.claim->name));
  body += Paragraph(plan.claim->sentence);
  body += Paragraph(fmt::format("{} on {}, {}.", plan.preset, plan.data,
                                Counted(plan.epochs, "epoch")));
  Html values = Paragraph(fmt::format("As {}.", MeasureWords(plan)));
  values += PageTable(plan, result);
  values +=
      Paragraph(DifferenceWords(plan, result) + ". " + VerdictWords(result));
  body += Section("Result", values);
  Html curves = CurvesOf(plan, result, kTrainingError, &RunEpoch::train_error);
  curves += CurvesOf(plan, result, kHeldOutError, &RunEpoch::error);
  Html section = Charts(curves);
  section += Paragraph("Each the mean over all seeds.");
  body += Section("Curves", section);
  return Page(fmt::format("Study: {}", plan.claim->name), body);
}

std::string StudyDrawing(const StudyPlan& plan, const StudyResult& result) {
  const Html drawing =
      CountsEpochs(plan)
          ? ChartOf(plan, result, kTrainingError, &RunEpoch::train_error)
          : ChartOf(plan, result, kHeldOutError, &RunEpoch::error);
  if (drawing.markup().empty()) return "";
  return SvgFile(drawing, kChartWidth, kChartHeight);
}

}  // namespace alexnet::cli
