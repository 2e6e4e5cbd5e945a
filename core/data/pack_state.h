// What a packing keeps beside its shards, so that it can go on after a stop and
// knows its own work again. Used by pack.cc only.

#ifndef ALEXNET_CORE_DATA_PACK_STATE_H_
#define ALEXNET_CORE_DATA_PACK_STATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/dataset_info.h"
#include "core/data/quarantine.h"

namespace alexnet {

struct PackState {
  // Hash of the source's sample names and labels and of the options that decide
  // the bytes.
  uint64_t job = 0;
  std::vector<ShardInfo> shards;  // finished
  std::vector<BrokenPicture> broken;
};

// In `folder`/pack.state, written atomically. Reading gives nothing where there
// is no file.
Status WritePackState(const PackState& state, const std::string& folder);
Result<std::optional<PackState>> ReadPackState(const std::string& folder);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_PACK_STATE_H_
