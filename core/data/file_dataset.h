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

// What a listing came to. Names are relative to the folder.
struct PictureFiles {
  std::vector<std::string> classes;
  std::vector<std::string> names;
  std::vector<int32_t> labels;  // one for each name
  std::vector<std::string> odd_files;
  UnreadKinds unread;
};

// What a file in a folder is. Names with a picture's ending count as pictures,
// whatever they hold; others are told by their first bytes.
enum class FileKind : int8_t { kPicture = 0, kUnread = 1, kOdd = 2 };
// Counts in `unread` a picture of a kind that is not read.
FileKind KindOfFile(const std::string& path, UnreadKinds* unread);

std::shared_ptr<const Dataset> MakeFileDataset(std::string path,
                                               PictureFiles files,
                                               const DatasetOptions& options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_FILE_DATASET_H_
