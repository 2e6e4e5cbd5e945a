// What the verbs share that compute features of pictures.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURE_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURE_ARGUMENTS_H_

#include <alexnet/alexnet.hpp>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"

namespace alexnet::cli {

// The pictures of a command line. Complains of files that are left out for what
// they are.
std::vector<std::string> PicturesOf(const std::vector<std::string>& given);

void AddFeatureArguments(Arguments& arguments, FeatureOptions& options);

// `action`, in which what files of features throw is a Failure.
Action OfFeatures(Action action);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURE_ARGUMENTS_H_
