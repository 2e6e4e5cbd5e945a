// What a file of features is of.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURE_ABOUT_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURE_ABOUT_H_

#include <alexnet/alexnet.hpp>
#include <string>
#include <vector>

#include "tools/alexnet/features/feature_file.h"

namespace alexnet::cli {

// The file's own words name the network, the model by its hash, and the layer;
// the run's identity also the pictures and whatever the last bits depend on.
// Throws Failure, which names the layers there are, for another one.
FeatureAbout AboutFeatures(const Model& model, const std::string& layer,
                           const std::vector<std::string>& paths,
                           const FeatureOptions& options);

// The layer that a file's words name; empty where they name none.
std::string LayerOf(const std::string& about);

// Throws Failure where a file's words are of another model or layer; nothing
// is said of a file without them.
void CheckAbout(const std::string& about, const Model& model,
                const std::string& layer, const std::string& file);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURE_ABOUT_H_
