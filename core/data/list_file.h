// Lists of pictures: text files that say of each picture its class.
//
//   images/1.jpg cat                path, white space, label
//   images/1.jpg<TAB>cat<TAB>0 62   fields between tabs; numbers may follow
//   filename,label                  commas (.csv), with a line of names where
//   "images/1.jpg",cat              there are more than two fields

#ifndef ALEXNET_CORE_DATA_LIST_FILE_H_
#define ALEXNET_CORE_DATA_LIST_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

struct ListedPicture {
  std::string path;  // as it is written
  std::string label;
  int64_t line = 0;  // from 1
};

// By the ending: txt, csv, tsv or lst.
bool HasListExtension(const std::string& name);

// Whether there is such a file.
Result<bool> IsListFile(const std::string& path);

// Where it lies; "." for a bare name.
std::string FolderOfList(const std::string& path);

// Never empty. Refuses, naming the line: one without a path and a label, and
// fields of which it is not known which is the label.
Result<std::vector<ListedPicture>> ReadListFile(const std::string& path);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_LIST_FILE_H_
