// A data set of picture files. Used by those that list them.

#ifndef ALEXNET_CORE_DATA_FILE_DATASET_H_
#define ALEXNET_CORE_DATA_FILE_DATASET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/dataset.h"

namespace alexnet {

// What a listing came to. Names are relative to the folder; where that has no
// name they are paths.
struct PictureFiles {
  std::vector<std::string> classes;
  std::vector<std::string> names;
  std::vector<int32_t> labels;  // one for each name
  std::vector<std::string> odd_files;
  UnreadKinds unread;
};

// Whether a file is a picture. With a picture's ending it is, whatever it
// holds, so that large folders are listed without opening files; others are
// told by their first bytes, and counted in `unread` if they are of a kind that
// is not read. An error where the system does not let them be read.
Result<bool> IsPictureFile(const std::string& path, UnreadKinds* unread);

std::shared_ptr<const Dataset> MakeFileDataset(std::string path,
                                               PictureFiles files,
                                               const DatasetOptions& options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_FILE_DATASET_H_
