// A run as train and finetune carry it out: what it shows, and its report.

#ifndef ALEXNET_TOOLS_ALEXNET_TRAINING_RUN_H_
#define ALEXNET_TOOLS_ALEXNET_TRAINING_RUN_H_

#include <alexnet/alexnet.hpp>
#include <functional>

#include "tools/alexnet/train_arguments.h"

namespace alexnet::cli {

// Calls `train`, which is to train with the listener that it is given, and
// prints what came of it.
void CarryOut(const TrainArguments& asked,
              const std::function<TrainReport(TrainListener* listener)>& train);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TRAINING_RUN_H_
