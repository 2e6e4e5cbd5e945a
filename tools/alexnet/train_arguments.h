// Arguments of the verbs that train.

#ifndef ALEXNET_TOOLS_ALEXNET_TRAIN_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_TRAIN_ARGUMENTS_H_

#include <CLI/CLI.hpp>
#include <alexnet/alexnet.hpp>
#include <string>
#include <vector>

namespace alexnet::cli {

// What was asked for. Stays where it is: options point into it.
struct TrainArguments {
  std::string data;
  std::string out;
  double validation_fraction = 0.1;
  Recipe recipe;
  std::vector<float> milestones;
  TrainOptions options;

  // The options with all that was asked for.
  const TrainOptions& Complete(const Context& log);
};

// All but the folder of pictures.
void AddTrainArguments(CLI::App& verb, TrainArguments& arguments);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TRAIN_ARGUMENTS_H_
