// What the verbs share that compute features of pictures.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURE_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURE_ARGUMENTS_H_

#include <alexnet/alexnet.hpp>

#include "tools/alexnet/cli.h"

namespace alexnet::cli {

void AddFeatureArguments(Arguments& arguments, FeatureOptions& options);

// `action`, in which what files of features throw is a Failure.
Action OfFeatures(Action action);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURE_ARGUMENTS_H_
