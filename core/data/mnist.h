// MNIST, and what is published in its form (Fashion-MNIST, KMNIST): idx files
// of grey pictures and of labels.

#ifndef ALEXNET_CORE_DATA_MNIST_H_
#define ALEXNET_CORE_DATA_MNIST_H_

#include <string>

#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/folder.h"

namespace alexnet {

// By the names of the training files, packed by gzip or not.
bool HoldsMnist(const FolderListing& listing);

// The test files (t10k) are for validation, if they are there. Files that are
// packed are unpacked into memory. Refuses files of other sizes than their
// headers say, and of different numbers of pictures and labels.
Result<DataFolders> OpenMnist(const std::string& path,
                              const FolderListing& listing);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_MNIST_H_
