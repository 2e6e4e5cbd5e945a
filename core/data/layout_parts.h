// The parts of a data set: folders whose names say which pictures they hold.

#ifndef ALEXNET_CORE_DATA_LAYOUT_PARTS_H_
#define ALEXNET_CORE_DATA_LAYOUT_PARTS_H_

#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/folder.h"
#include "core/data/split_name.h"

namespace alexnet {

struct Part {
  std::string folder;  // its name
  SplitName name;      // never of kNone
  FolderListing listing;
};

// Those of the folder `root`, which `listing` is of.
Result<std::vector<Part>> ListParts(const std::string& root,
                                    const FolderListing& listing);

// "seg_test" belongs to "seg_train", and a plain "test" to any.
bool ArePartners(const Part& train, const Part& other);

// The one of the training pictures; null where none is called so. Classes may
// be called "train" and "bullet train", too, where nothing else is called as a
// part. Refuses two that may be it, and one beside others that is not sorted
// into classes.
Result<const Part*> ChooseTraining(const std::string& root,
                                   const FolderListing& listing,
                                   const std::vector<Part>& parts);

struct HeldOut {
  std::string path;    // a folder or a list; empty: there is none
  std::string folder;  // the part's name
  // Names of test folders that nothing tells the classes of.
  std::vector<std::string> unlabelled;
};

// The validation pictures, or else the test pictures, for `train`, whose
// classes are `classes`. Refuses two that may be it, and validation pictures
// without classes.
Result<HeldOut> ChooseHeldOut(const std::string& root,
                              const std::vector<Part>& parts, const Part& train,
                              const std::vector<std::string>& classes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_LAYOUT_PARTS_H_
