// A data set that a list file tells. Used by dataset.cc only.

#ifndef ALEXNET_CORE_DATA_LIST_DATASET_H_
#define ALEXNET_CORE_DATA_LIST_DATASET_H_

#include <memory>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/dataset.h"

namespace alexnet {

// The pictures of the list `path` (list_file.h). Their paths start from the
// list's folder or, all of them, from one folder beside the list, and may all
// lack one ending. Labels are names of classes, or all numbers from 0. With
// `classes` they must be among those or, where none of those is a number, all
// numbers of those, as in Caffe's val.txt; `notes` says so.
Result<std::shared_ptr<const Dataset>> MakeListDataset(
    const std::string& path, const DatasetOptions& options,
    const std::vector<std::string>* classes, std::vector<std::string>* notes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_LIST_DATASET_H_
