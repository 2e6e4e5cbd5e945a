// Pictures that lie in one folder and tell their classes by their names, as
// "cat.0.jpg" and "dog.0.jpg" do.

#ifndef ALEXNET_CORE_DATA_NAMED_PICTURES_H_
#define ALEXNET_CORE_DATA_NAMED_PICTURES_H_

#include <memory>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/folder.h"

namespace alexnet {

// Whether every picture of the folder is called CLASS.NUMBER.ENDING, and there
// are two classes. Other separators do not count: cameras write "IMG_1.jpg".
bool HoldsNamedPictures(const FolderListing& listing);

// Of a folder that does. With `classes`, others are refused.
Result<std::shared_ptr<const Dataset>> MakeNamedPicturesDataset(
    const std::string& path, const FolderListing& listing,
    const DatasetOptions& options, const std::vector<std::string>* classes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_NAMED_PICTURES_H_
