// A run as the verbs carry it out: what it shows, and its report.

#ifndef ALEXNET_TOOLS_ALEXNET_TRAINING_RUN_H_
#define ALEXNET_TOOLS_ALEXNET_TRAINING_RUN_H_

#include <alexnet/alexnet.hpp>
#include <functional>
#include <string>

#include "tools/alexnet/train_arguments.h"

namespace alexnet::cli {

using Training = std::function<TrainReport(TrainListener* listener)>;

// Calls `train`, which is to train on `data` into `out` with the listener that
// it is given and that tells `told`. With `page` a report.html tells of it
// there; `page` becomes whether it tells all of it.
TrainReport TrainWithPage(const std::string& out, const std::string& data,
                          TrainListener& told, const Training& train,
                          bool* page);
// The same, shown on standard error.
TrainReport TrainWithPage(const std::string& out, const std::string& data,
                          const Training& train, bool* page);

// Does so as `asked` says, and prints what came of it.
void CarryOut(const TrainArguments& asked, const Training& train);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TRAINING_RUN_H_
