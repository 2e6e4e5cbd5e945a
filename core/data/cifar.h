// CIFAR-10 and CIFAR-100 as their authors publish them
// (https://www.cs.toronto.edu/~kriz/cifar.html): 32 x 32 pixels in planes of
// red, green and blue, and one label, or a coarse and a fine one. The binary
// version has records of both, the Python version pickles (cifar_pickles.h).

#ifndef ALEXNET_CORE_DATA_CIFAR_H_
#define ALEXNET_CORE_DATA_CIFAR_H_

#include <string>

#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/folder.h"

namespace alexnet {

// By the files' names.
bool HoldsCifar(const FolderListing& listing);

// Of a folder that HoldsCifar: the training batches that are there, and the
// test batch for validation, if it is. Of CIFAR-100 the fine labels. The binary
// version, where both are there.
Result<DataFolders> OpenCifar(const std::string& path,
                              const FolderListing& listing);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_CIFAR_H_
