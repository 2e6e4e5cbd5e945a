// A data set of pixels in a few large files, as CIFAR's and MNIST's: records
// of one size, which are given out as PNG.

#ifndef ALEXNET_CORE_DATA_RECORD_DATASET_H_
#define ALEXNET_CORE_DATA_RECORD_DATASET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace alexnet {

// The pictures of one file: picture i's bytes start at offset + i * stride.
struct RecordBatch {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;  // keeps them
  std::string name;                   // the file's
  size_t offset = 0;
  size_t stride = 0;
  std::vector<int32_t> labels;  // one for each picture
};

struct RecordSet {
  std::vector<std::string> classes;
  // Planes of rows of bytes: grey, or red, green and blue.
  int width = 0;
  int height = 0;
  int channels = 0;
  std::vector<RecordBatch> batches;
};

// Whoever made `records` has checked that labels are of the classes and that
// the pictures lie in the files.
std::shared_ptr<const Dataset> MakeRecordDataset(std::string path,
                                                 RecordSet records);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_RECORD_DATASET_H_
