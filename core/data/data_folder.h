// Whether a folder is a data set, a class, or only around one.

#ifndef ALEXNET_CORE_DATA_DATA_FOLDER_H_
#define ALEXNET_CORE_DATA_DATA_FOLDER_H_

#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/folder.h"

namespace alexnet {

// A data set that needs no folders: shards, pictures that name their classes,
// CIFAR's or MNIST's files.
bool HoldsDataset(const FolderListing& listing);
// One of these, or folders and no pictures.
bool IsDataset(const FolderListing& listing);

// Where the folders or files of a data set lie, if `path` holds nothing but one
// folder, which holds one, and so on; `path` itself otherwise. A folder called
// as one of `classes`, which are sorted, is a class.
Result<std::string> Unwrap(const std::string& path,
                           const std::vector<std::string>& classes);

// Whether a folder is called as one of `classes`, both sorted.
bool HoldsClasses(const FolderListing& listing,
                  const std::vector<std::string>& classes);

// Refuses "classes" in the folder that all hold folders of the same names.
Status CheckAreClasses(const std::string& folder);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_DATA_FOLDER_H_
