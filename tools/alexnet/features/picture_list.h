// The pictures that a command line names, by themselves and by folders.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURES_PICTURE_LIST_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURES_PICTURE_LIST_H_

#include <cstdint>
#include <string>
#include <vector>

namespace alexnet::cli {

struct PictureList {
  std::vector<std::string> paths;
  int64_t passed_over = 0;  // files of folders that are no JPEG or PNG
};

// Files as they are, in their order; of a folder all that begin as JPEG or PNG
// files do, or end in .jpg, .jpeg or .png in any case, at any depth, sorted
// bytewise by their paths, but nothing hidden; links to folders are not
// followed. What is named twice is there once. Throws std::runtime_error, whose
// text names the path, where one is not there, cannot be read or is a folder
// without pictures.
PictureList ListPictures(const std::vector<std::string>& given);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURES_PICTURE_LIST_H_
