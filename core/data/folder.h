// Listing folders of a data set.

#ifndef ALEXNET_CORE_DATA_FOLDER_H_
#define ALEXNET_CORE_DATA_FOLDER_H_

#include <string>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

// Names in a folder, sorted bytewise, hidden ones left out,
// and those that macOS adds to archives. Links are followed.
struct FolderListing {
  std::vector<std::string> folders;
  std::vector<std::string>
      linked_folders;  // of `folders`, those that are links
  std::vector<std::string> files;
  std::vector<std::string> others;  // broken links, sockets and such
};

// kNotFound, kInvalidArgument for a file, kIo where the system refuses.
Result<FolderListing> ListFolder(const std::string& path);

// Whether there are pictures, by their names, in the folder itself.
bool HoldsPictures(const FolderListing& listing);
// Whether it is a folder of .tar files and no folders.
bool HoldsShards(const FolderListing& listing);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_FOLDER_H_
