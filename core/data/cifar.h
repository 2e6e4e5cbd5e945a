// CIFAR-10 and CIFAR-100 as their authors publish them, in the binary version
// (https://www.cs.toronto.edu/~kriz/cifar.html): records of one label, or a
// coarse and a fine one, and 32 x 32 pixels in planes of red, green and blue.

#ifndef ALEXNET_CORE_DATA_CIFAR_H_
#define ALEXNET_CORE_DATA_CIFAR_H_

#include <string>

#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/folder.h"

namespace alexnet {

// By the files' names; the Python version too, which OpenCifar refuses.
bool HoldsCifar(const FolderListing& listing);

// The training batches that are there, and the test batch for validation, if it
// is. Of CIFAR-100 the fine labels.
Result<DataFolders> OpenCifar(const std::string& path,
                              const FolderListing& listing);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_CIFAR_H_
