#include "core/data/layout.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/data/data_folder.h"
#include "core/data/folder.h"
#include "core/data/layout_parts.h"
#include "core/data/layout_text.h"
#include "core/data/list_file.h"
#include "core/data/list_layout.h"
#include "core/data/named_pictures.h"
#include "core/data/picture_name.h"
#include "core/data/unsorted.h"

namespace alexnet {
namespace {

using Names = std::vector<std::string>;

class Finder {
 public:
  explicit Finder(std::string path) : path_(std::move(path)) {}

  Result<DataLayout> Run() {
    ALEXNET_ASSIGN_OR_RETURN(root_, Unwrap(path_, {}));
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(root_));
    ALEXNET_ASSIGN_OR_RETURN(const std::vector<Part> parts,
                             ListParts(root_, listing));
    ALEXNET_ASSIGN_OR_RETURN(const Part* const train,
                             ChooseTraining(root_, listing, parts));
    ALEXNET_RETURN_IF_ERROR(train == nullptr
                                ? UseClasses(listing, parts)
                                : UseParts(listing, parts, *train));
    return std::move(layout_);
  }

 private:
  void Tell(std::string note) { layout_.notes.push_back(std::move(note)); }

  // Relative to what was asked for.
  std::string Short(const std::string& path) const {
    return path.substr(std::min(path.size(), path_.size() + 1));
  }

  Status UseClasses(const FolderListing& listing,
                    const std::vector<Part>& parts) {
    layout_.train = root_;
    ALEXNET_RETURN_IF_ERROR(CheckAreClasses(root_));
    ALEXNET_RETURN_IF_ERROR(CheckForList(root_, listing));
    if (root_ != path_) {
      Tell(fmt::format("the data set is taken from '{}'", Short(root_)));
    }
    for (const Part& part : parts) TellClass(part);
    TellPictures(listing);
    return Status();
  }

  Status UseParts(const FolderListing& listing, const std::vector<Part>& parts,
                  const Part& train) {
    ALEXNET_ASSIGN_OR_RETURN(layout_.train,
                             Unwrap(Below(root_, train.folder), {}));
    ALEXNET_RETURN_IF_ERROR(CheckAreClasses(layout_.train));
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing trained,
                             ListFolder(layout_.train));
    ALEXNET_ASSIGN_OR_RETURN(
        HeldOut held_out, ChooseHeldOut(root_, parts, train, trained.folders));
    layout_.validation = std::move(held_out.path);
    Tell(TakenFor(Short(layout_.train), Short(layout_.validation)));
    TellLeftOut(listing, train, held_out);
    TellPictures(trained);
    return Status();
  }

  // Without training pictures beside it, a part is a class, which may not be
  // what was meant.
  void TellClass(const Part& part) {
    if (!part.name.rest.empty() && !IsDataset(part.listing)) return;
    Tell(
        fmt::format("'{}' is taken for a class, since no folder of {} "
                    "pictures lies beside it",
                    part.folder,
                    part.name.role == SplitRole::kTrain ? "validation or test"
                                                        : "training"));
  }

  void TellLeftOut(const FolderListing& listing, const Part& train,
                   const HeldOut& held_out) {
    if (!held_out.unlabelled.empty()) {
      Tell(fmt::format("left out, since no folders tell its classes: {}",
                       Quoted(held_out.unlabelled)));
    }
    Names others;
    for (const std::string& folder : listing.folders) {
      if (folder != train.folder && folder != held_out.folder &&
          std::find(held_out.unlabelled.begin(), held_out.unlabelled.end(),
                    folder) == held_out.unlabelled.end()) {
        others.push_back(folder);
      }
    }
    if (!others.empty()) {
      Tell(fmt::format("left out, being neither: {}", Quoted(others)));
    }
  }

  // Of pictures in the training folder itself.
  void TellPictures(const FolderListing& listing) {
    if (HoldsNamedPictures(listing)) {
      Tell("classes are taken from the pictures' names, as of 'cat.0.jpg'");
    } else if (!listing.folders.empty() && HoldsPictures(listing)) {
      Tell(fmt::format(
          "left out, since they lie beside the folders of the classes: {} "
          "pictures",
          std::count_if(listing.files.begin(), listing.files.end(),
                        HasPictureExtension)));
    }
  }

  const std::string path_;
  std::string root_;  // path_, or what it wraps
  DataLayout layout_;
};

}  // namespace

Result<DataLayout> FindLayout(const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(const bool is_list, IsListFile(path));
  return is_list ? FindListLayout(path) : Finder(path).Run();
}

}  // namespace alexnet
