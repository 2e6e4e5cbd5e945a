// The layout of a data set that a list stands for. Used by layout.cc only.

#ifndef ALEXNET_CORE_DATA_LIST_LAYOUT_H_
#define ALEXNET_CORE_DATA_LIST_LAYOUT_H_

#include <string>

#include "core/base/status.h"
#include "core/data/layout.h"

namespace alexnet {

// A list and, where it is called as one of training pictures, the one beside it
// that is called as its partner: "val_1.txt" beside "train_1.txt". Refuses two
// of these. A list of test pictures, which often tells no labels, is left out.
Result<DataLayout> FindListLayout(const std::string& list);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_LIST_LAYOUT_H_
