// One folder of pictures for each class. Used by dataset.cc only.

#ifndef ALEXNET_CORE_DATA_FOLDER_DATASET_H_
#define ALEXNET_CORE_DATA_FOLDER_DATASET_H_

#include <memory>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/dataset.h"

namespace alexnet {

// With `classes`, labels index those, a folder of another name is refused, and
// classes may be missing; without, the folders are the classes.
Result<std::shared_ptr<const Dataset>> MakeFolderDataset(
    const std::string& path, const DatasetOptions& options,
    const std::vector<std::string>* classes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_FOLDER_DATASET_H_
