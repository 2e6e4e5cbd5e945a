// Packing: any data set to WebDataset shards of small JPEGs, with the training
// set's statistics beside them.

#ifndef ALEXNET_CORE_DATA_PACK_H_
#define ALEXNET_CORE_DATA_PACK_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/decode.h"
#include "core/data/quarantine.h"

namespace alexnet {

struct PackOptions {
  // BEGIN options: core.fields pack_options
  // The shorter side, and the square that is cut out; 8 to 4,096 pixels.
  int resize = 256;
  // Quality of the JPEGs; 1 to 100.
  int quality = 92;
  // Pictures in a shard; 1 to 1,048,576.
  int64_t shard_samples = 4'096;
  // Threads that decode pictures; 0 to 1,024; 0: as many as the process may
  // use.
  int threads = 0;
  // Most pixels of a picture; one that has more counts as broken.
  int64_t max_pixels = 100'000'000;
  // What the order in the shards starts from; they are shuffled, so that
  // reading them in order is as good.
  uint64_t seed = 0;
  // END options
  QuarantineOptions quarantine;
  // Called now and then, from the calling thread.
  std::function<void(int64_t done, int64_t total)> progress;
};

struct PackReport {
  int64_t pictures = 0;  // written
  int64_t resumed = 0;   // of these, found finished from an earlier run
  int64_t shards = 0;
  uint64_t bytes = 0;
  double seconds = 0;
  double images_per_second = 0;  // of what this run did
  std::vector<BrokenPicture> broken;
};

// Writes shard-000000.tar, ... and dataset.json to `out`, which is made. Every
// shard is written whole or not at all; called again after a stop with the same
// source and options, it goes on with the first shard that is missing or was
// changed (a file pack.state knows), and after it was done it checks everything
// again. A folder with other packed data in it is refused. The bytes do not
// depend on the number of threads. Each shard is read back, compared, and its
// pictures decoded before it counts; the statistics are those of the decoded
// pictures. dataset.json comes last.
Result<PackReport> PackDataset(const Dataset& source,
                               const PackOptions& options,
                               const std::string& out,
                               const Interrupt& interrupt);

// Training and validation folders to out/train and out/val; a data set without
// validation goes to `out` itself. Reports are in that order.
Result<std::vector<PackReport>> PackData(const DataFolders& source,
                                         const PackOptions& options,
                                         const std::string& out,
                                         const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_PACK_H_
