// Listing folders of a data set.

#ifndef ALEXNET_CORE_DATA_FOLDER_H_
#define ALEXNET_CORE_DATA_FOLDER_H_

#include <string>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

// Names in a folder, sorted bytewise, hidden ones left out. Links are followed.
struct FolderListing {
  std::vector<std::string> folders;
  std::vector<std::string>
      linked_folders;  // of `folders`, those that are links
  std::vector<std::string> files;
  std::vector<std::string> others;  // broken links, sockets and such
};

// kNotFound, kInvalidArgument for a file, kIo where the system refuses.
Result<FolderListing> ListFolder(const std::string& path);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_FOLDER_H_
