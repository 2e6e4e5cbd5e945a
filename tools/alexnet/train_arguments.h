// Arguments of train and finetune.

#ifndef ALEXNET_TOOLS_ALEXNET_TRAIN_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_TRAIN_ARGUMENTS_H_

#include <CLI/CLI.hpp>

#include "core/train/train_options.h"

namespace alexnet::cli {

// --out, --resume, the recipe's numbers, seed, threads and the rest.
void AddTrainArguments(CLI::App& verb, TrainOptions& options);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TRAIN_ARGUMENTS_H_
