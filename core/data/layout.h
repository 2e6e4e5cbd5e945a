// Which folders of a data set hold its training and its validation pictures,
// told by their names and by what lies in them.

#ifndef ALEXNET_CORE_DATA_LAYOUT_H_
#define ALEXNET_CORE_DATA_LAYOUT_H_

#include <string>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

struct DataLayout {
  // A folder of classes or of shards, or a list.
  std::string train;
  std::string validation;  // likewise; empty: there is none
  // What was taken for what and what was left out, one sentence each; none for
  // a plain folder of classes or shards.
  std::vector<std::string> notes;
};

// Goes down through folders that hold nothing but one other. Refuses, naming
// the folders and what was meant: two folders that may be the training
// pictures, validation pictures without classes, and "classes" that hold
// folders of the same names and so are parts of a data set. A test folder
// without classes is left out. `path` may be a list (list_file.h), too.
Result<DataLayout> FindLayout(const std::string& path);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_LAYOUT_H_
