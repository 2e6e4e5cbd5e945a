// Pictures that lie in no folders of their classes, and the lists that may tell
// these.

#ifndef ALEXNET_CORE_DATA_UNSORTED_H_
#define ALEXNET_CORE_DATA_UNSORTED_H_

#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/folder.h"

namespace alexnet {

// The list of a part's pictures, by the names that are common; empty where
// there is none.
Result<std::string> ListOfPart(const std::string& root,
                               const std::string& part);

// The errors for a part without folders of classes: they name the remedy, with
// a picture that is there, and a list beside the folder that looks like one of
// labels. `listing` is of `root`; `classes` are those of the part `train`.
Status UnsortedTraining(const std::string& root, const FolderListing& listing,
                        const std::string& part);
Status UnsortedValidation(const std::string& root, const std::string& part,
                          const std::string& train,
                          const std::vector<std::string>& classes);

// Refuses one folder of pictures beside a list, which look like one class.
// `listing` is of `root`, and holds no parts.
Status CheckForList(const std::string& root, const FolderListing& listing);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_UNSORTED_H_
