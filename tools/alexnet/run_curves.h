// The curves of a run, drawn.

#ifndef ALEXNET_TOOLS_ALEXNET_RUN_CURVES_H_
#define ALEXNET_TOOLS_ALEXNET_RUN_CURVES_H_

#include <vector>

#include "tools/alexnet/page/chart.h"
#include "tools/alexnet/page/html.h"
#include "tools/alexnet/run_history.h"

namespace alexnet::cli {

// Loss and errors by epoch, with `marks` on each.
Html LossAndErrorCharts(const RunHistory& history,
                        const std::vector<ChartMark>& marks = {});
// Learning rate, speed and the gradients' norm, likewise.
Html PaceCharts(const RunHistory& history, const std::vector<ChartMark>& marks);
// The norms of a layer.
Html NormChart(const LayerCurves& layer);
// Charts side by side where there is room.
Html Charts(const Html& charts);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_RUN_CURVES_H_
