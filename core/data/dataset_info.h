// DatasetInfo: what packing stores beside the shards, in dataset.json:
// classes, counts, and the training set's statistics.

#ifndef ALEXNET_CORE_DATA_DATASET_INFO_H_
#define ALEXNET_CORE_DATA_DATASET_INFO_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/color_statistics.h"

namespace alexnet {

struct ShardInfo {
  std::string file;   // name inside the folder
  int64_t count = 0;  // samples
  uint64_t bytes = 0;
  uint64_t hash = 0;  // XXH3 of the file
};

struct DatasetInfo {
  std::vector<std::string> classes;
  int64_t count = 0;
  int picture_size = 0;  // pictures are picture_size x picture_size; 0: any
  std::vector<ShardInfo> shards;
  std::vector<std::string> left_out;          // broken pictures, by name
  std::optional<ColorStatistics> statistics;  // of the training pictures
};

// dataset.json, and the mean image's file beside it (float32 little-endian, 3 x
// height x width, RGB, 0..255), in `folder`. Writing is atomic per file, the
// mean image first. Reading refuses wrong types, sizes and non-finite numbers
// and never follows a path out of `folder`.
Status WriteDatasetInfo(const DatasetInfo& info, const std::string& folder);
Result<DatasetInfo> ReadDatasetInfo(const std::string& folder);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_DATASET_INFO_H_
