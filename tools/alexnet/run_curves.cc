#include "tools/alexnet/run_curves.h"

#include <string>
#include <utility>

#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/page/table.h"
#include "tools/alexnet/page/thinned.h"

namespace alexnet::cli {
namespace {

constexpr size_t kPoints = 500;  // of a curve, as Thinned has it

Series ByEpoch(const char* name, const RunHistory& history,
               double RunEpoch::*value) {
  Thinned curve(kPoints);
  for (const RunEpoch& epoch : history.epochs()) {
    curve.Add(static_cast<double>(epoch.epoch), epoch.*value);
  }
  return {name, curve.points()};
}

// Nothing where there are no points.
Html Figure(const Chart& chart) {
  const Html drawing = DrawChart(chart);
  if (drawing.markup().empty()) return Html();
  Html figure = Element("h3", {}, chart.title);
  figure += Scrolled(chart.title, "scroll", drawing);
  return Element("figure", {}, figure);
}

}  // namespace

Html LossAndErrorCharts(const RunHistory& history,
                        const std::vector<ChartMark>& marks) {
  Series batches{"single batches", history.batch_loss().points(), true};
  if (history.batch_loss().stride() > 1) batches.name = "means of batches";
  Html charts = Figure(
      {"Loss by epoch",
       "epoch",
       "loss",
       true,
       {std::move(batches), ByEpoch("training", history, &RunEpoch::train_loss),
        ByEpoch("held out", history, &RunEpoch::loss)},
       marks});
  charts +=
      Figure({"Error by epoch",
              "epoch",
              "error/%",
              false,
              {ByEpoch("training, top-1", history, &RunEpoch::train_error),
               ByEpoch("held out, top-1", history, &RunEpoch::error),
               ByEpoch("held out, top-5", history, &RunEpoch::top5_error)},
              marks});
  return charts;
}

Html PaceCharts(const RunHistory& history,
                const std::vector<ChartMark>& marks) {
  Html charts = Figure({"Learning rate",
                        "epoch",
                        "rate",
                        true,
                        {{"", history.rate().points()}},
                        marks});
  charts += Figure({"Norm of all gradients, before clipping",
                    "epoch",
                    "L2 norm",
                    true,
                    {{"", history.gradient_norm().points()}},
                    marks});
  charts += Figure({"Speed",
                    "epoch",
                    "images/s",
                    false,
                    {{"", history.images_per_second().points()}},
                    marks});
  return charts;
}

Html NormChart(const LayerCurves& layer) {
  return Figure({Shortened(layer.layer, 40),
                 "epoch",
                 "L2 norm",
                 true,
                 {{"weights", layer.weight.points()},
                  {"gradients", layer.gradient.points()},
                  {"update", layer.update.points()}}});
}

Html Charts(const Html& charts) {
  return Element("div", {{"class", "charts"}}, charts);
}

}  // namespace alexnet::cli
