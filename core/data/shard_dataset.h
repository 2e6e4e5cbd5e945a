// WebDataset tar shards. Used by dataset.cc only.

#ifndef ALEXNET_CORE_DATA_SHARD_DATASET_H_
#define ALEXNET_CORE_DATA_SHARD_DATASET_H_

#include <memory>
#include <string>

#include "core/base/status.h"
#include "core/data/dataset.h"

namespace alexnet {

Result<std::shared_ptr<const Dataset>> MakeShardDataset(
    const std::string& path);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_SHARD_DATASET_H_
