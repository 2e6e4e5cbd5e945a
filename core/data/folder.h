// Listing folders of a data set.

#ifndef ALEXNET_CORE_DATA_FOLDER_H_
#define ALEXNET_CORE_DATA_FOLDER_H_

#include <string>
#include <string_view>
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

// The path of `name` in `folder`.
std::string Below(const std::string& folder, std::string_view name);

bool HoldsFile(const FolderListing& listing, std::string_view name);
// Of pictures, by their names, in the folder itself; empty: there is none.
std::string FirstPicture(const FolderListing& listing);
bool HoldsPictures(const FolderListing& listing);
// Whether it is a folder of .tar files and no folders.
bool HoldsShards(const FolderListing& listing);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_FOLDER_H_
