// Arguments of the verbs that train.

#ifndef ALEXNET_TOOLS_ALEXNET_TRAIN_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_TRAIN_ARGUMENTS_H_

#include <alexnet/alexnet.hpp>
#include <optional>
#include <string>

#include "tools/alexnet/arguments.h"

namespace alexnet::cli {

// What was asked for. Stays where it is: options point into it.
struct TrainArguments {
  std::string data;
  std::string out;
  bool no_report = false;
  Recipe recipe;
  TrainOptions options;
  std::optional<Arguments> given;  // on the command line

  // The options with all that was asked for.
  const TrainOptions& Complete(const Context& log);
  // Whether this process is the one of the run's that says what came of it.
  bool Tells() const;
};

// All but the folder of pictures and what chooses the network.
void AddTrainArguments(Arguments& arguments, TrainArguments& asked);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TRAIN_ARGUMENTS_H_
