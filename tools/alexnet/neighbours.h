// Pictures near another by what a layer makes of them.

#ifndef ALEXNET_TOOLS_ALEXNET_NEIGHBOURS_H_
#define ALEXNET_TOOLS_ALEXNET_NEIGHBOURS_H_

#include <alexnet/alexnet.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/features/feature_reader.h"

namespace alexnet::cli {

struct NearPicture {
  std::string path;
  double distance = 0.0;  // Euclidean
};

struct Neighbours {
  std::string query;
  std::string layer;
  std::vector<NearPicture> nearest;  // nearest first; without the query's file
  int64_t compared = 0;              // pictures
  int64_t left_out = 0;
};

struct NeighbourSearch {
  std::string query;
  std::string layer;
  int64_t most = 6;
  FeatureOptions options;
};

// Among `paths`, of which no more than a batch is in memory at a time.
Neighbours FindAmong(const Model& model, const NeighbourSearch& search,
                     const std::vector<std::string>& paths,
                     const Limits& limits);
// Among the rows of a file, which must be of the model and the layer.
Neighbours FindInFile(const Model& model, const NeighbourSearch& search,
                      const std::string& path, const FeatureReader& file,
                      const Limits& limits);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_NEIGHBOURS_H_
