#include "core/data/layout.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/data/data_folder.h"
#include "core/data/folder.h"
#include "core/data/list_file.h"
#include "core/data/named_pictures.h"
#include "core/data/picture_name.h"
#include "core/data/split_name.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

using Names = std::vector<std::string>;

std::string Below(const std::string& folder, const std::string& name) {
  return fmt::format("{}/{}", folder, name);
}

// One folder whose name is a part's.
struct Part {
  std::string folder;  // its name
  SplitName name;
  FolderListing listing;
};

std::string Quoted(const Names& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 < names.size() ? ", " : " and ";
    text += fmt::format("'{}'", names[i]);
  }
  return text;
}

class Finder {
 public:
  explicit Finder(std::string path) : path_(std::move(path)) {}

  Result<DataLayout> Run() {
    ALEXNET_ASSIGN_OR_RETURN(here_, Unwrap(path_, {}));
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(here_));
    FindList(listing);
    ALEXNET_RETURN_IF_ERROR(ListParts(listing));
    ALEXNET_ASSIGN_OR_RETURN(const Part* const train, ChooseTrain());
    if (train == nullptr) {
      layout_.train = here_;
      ALEXNET_RETURN_IF_ERROR(CheckAreClasses(layout_.train));
      ALEXNET_RETURN_IF_ERROR(CheckForList(listing));
      if (here_ != path_) {
        layout_.notes.push_back(
            fmt::format("the data set is taken from '{}'", Short(here_)));
      }
      TellClasses();
      ALEXNET_RETURN_IF_ERROR(TellNames(here_));
      return std::move(layout_);
    }
    ALEXNET_ASSIGN_OR_RETURN(layout_.train,
                             Unwrap(Below(here_, train->folder), {}));
    ALEXNET_RETURN_IF_ERROR(CheckAreClasses(layout_.train));
    ALEXNET_RETURN_IF_ERROR(ChooseValidation(*train));
    Tell(listing, *train);
    ALEXNET_RETURN_IF_ERROR(TellNames(layout_.train));
    return std::move(layout_);
  }

 private:
  // Relative to what was asked for.
  std::string Short(const std::string& folder) const {
    return folder.substr(std::min(folder.size(), path_.size() + 1));
  }

  Status ListParts(const FolderListing& listing) {
    for (const std::string& folder : listing.folders) {
      SplitName name = ParseSplitName(folder);
      if (name.role == SplitRole::kNone) continue;
      ALEXNET_ASSIGN_OR_RETURN(FolderListing inner,
                               ListFolder(Below(here_, folder)));
      parts_.push_back({folder, std::move(name), std::move(inner)});
    }
    return Status();
  }

  // "seg_test" belongs to "seg_train", and a plain "test" to any.
  static bool Partners(const Part& train, const Part& other) {
    return other.name.role != SplitRole::kTrain &&
           (other.name.rest == train.name.rest || other.name.rest.empty() ||
            train.name.rest.empty());
  }

  bool HasPartner(const Part& train) const {
    return std::any_of(
        parts_.begin(), parts_.end(),
        [&train](const Part& part) { return Partners(train, part); });
  }

  // The folder of training pictures; null where none is called so. Classes may
  // be called "train" and "bullet train", too, where nothing else is called as
  // a part.
  Result<const Part*> ChooseTrain() const {
    std::vector<const Part*> plain;
    std::vector<const Part*> paired;
    for (const Part& part : parts_) {
      if (part.name.role != SplitRole::kTrain) continue;
      const bool partner = HasPartner(part);
      if (!IsDataset(part.listing)) {
        if (partner) return Unsorted(part);
        continue;
      }
      // A class may be called so, whatever its pictures are.
      if (!partner && HoldsNamedPictures(part.listing)) continue;
      if (part.name.rest.empty()) plain.push_back(&part);
      if (part.name.rest.empty() || partner) paired.push_back(&part);
    }
    const std::vector<const Part*>& found = plain.empty() ? paired : plain;
    if (found.empty()) return static_cast<const Part*>(nullptr);
    if (found.size() > 1) {
      return InvalidArgumentError(
                 fmt::format("'{}' and '{}' may both be the training pictures; "
                             "name one of them, or move the other away",
                             found[0]->folder, found[1]->folder))
          .WithFile(here_);
    }
    return found.front();
  }

  Status Unsorted(const Part& part) const {
    const Names& files = part.listing.files;
    const bool imagenet =
        std::any_of(files.begin(), files.end(), [](const std::string& file) {
          return file.rfind("ILSVRC2012_val_", 0) == 0;
        });
    const std::string named = fmt::format(
        "name '{}' in place of the data set, if it tells them", list_);
    const std::string written = fmt::format(
        "write a list '{}.txt' beside the folder, with lines as '{}'",
        part.folder,
        imagenet ? "ILSVRC2012_val_00000001.JPEG n01751748" : "1.jpg cat");
    return InvalidArgumentError(
               fmt::format(
                   "{} lie outside of folders of the classes, so that their "
                   "classes are not known; put them into one folder for each "
                   "class, or {}",
                   imagenet ? "ImageNet's validation pictures" : "the pictures",
                   part.name.role != SplitRole::kTrain ? written
                   : list_.empty()
                       ? written + " and name it in place of the data set"
                       : named))
        .WithFile(Below(here_, part.folder));
  }

  // The list of an unsorted part's pictures, by the names that are common;
  // empty where there is none.
  std::string ListOf(const Part& part) const {
    const std::string folder = Below(here_, part.folder);
    for (const std::string& list :
         {folder + "/val_annotations.txt", folder + ".txt", folder + ".csv",
          folder + ".tsv"}) {
      if (IsListFile(list)) return list;
    }
    return "";
  }

  // A file that looks like a list of the pictures' labels.
  void FindList(const FolderListing& listing) {
    for (const std::string& file : listing.files) {
      if (HasListExtension(file) &&
          (Extension(file) != "txt" ||
           ParseSplitName(file).role != SplitRole::kNone)) {
        list_ = Below(here_, file);
        return;
      }
    }
  }

  // Refuses one folder of pictures beside a list, which look like one class.
  Status CheckForList(const FolderListing& listing) const {
    if (list_.empty() || listing.folders.size() > 1 || HoldsDataset(listing)) {
      return Status();
    }
    return InvalidArgumentError(
               fmt::format("there is one folder at most, and a list; if that "
                           "tells the classes, name '{}' in place of the "
                           "folder. Otherwise make one folder for each class, "
                           "and move the list away",
                           list_))
        .WithFile(here_);
  }

  // Whether the part's pictures are sorted into folders of the classes.
  Result<bool> IsLabelled(const Part& part, const Names& classes,
                          std::string* folder) const {
    if (!IsDataset(part.listing)) return false;
    ALEXNET_ASSIGN_OR_RETURN(*folder,
                             Unwrap(Below(here_, part.folder), classes));
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing inner, ListFolder(*folder));
    // Folders of other names are left to whoever opens them, who names them.
    return HoldsDataset(inner) || classes.empty() || inner.folders.size() > 1 ||
           HoldsClasses(inner, classes);
  }

  Status ChooseValidation(const Part& train) {
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing trained,
                             ListFolder(layout_.train));
    for (const SplitRole role : {SplitRole::kValidation, SplitRole::kTest}) {
      Names found;
      for (const Part& part : parts_) {
        if (part.name.role != role || !Partners(train, part)) continue;
        std::string folder;
        ALEXNET_ASSIGN_OR_RETURN(bool labelled,
                                 IsLabelled(part, trained.folders, &folder));
        const std::string list = ListOf(part);
        if (!labelled && role == SplitRole::kValidation && !list.empty()) {
          folder = list;
          labelled = true;
        }
        if (!labelled && role == SplitRole::kTest) {
          unlabelled_.push_back(part.folder);
        } else if (!labelled) {
          return Unsorted(part);
        } else if (layout_.validation.empty() || !found.empty()) {
          layout_.validation = folder;
          found.push_back(part.folder);
        }
      }
      if (found.size() > 1) {
        return InvalidArgumentError(
                   fmt::format("{} may each be the validation pictures; move "
                               "all but one away",
                               Quoted(found)))
            .WithFile(here_);
      }
      if (!found.empty()) chosen_ = found.front();
    }
    return Status();
  }

  void Tell(const FolderListing& listing, const Part& train) {
    std::string note = fmt::format("training pictures are those of '{}'",
                                   Short(layout_.train));
    if (!layout_.validation.empty()) {
      note += fmt::format(", validation pictures those of '{}'",
                          Short(layout_.validation));
    }
    layout_.notes.push_back(std::move(note));
    if (!unlabelled_.empty()) {
      layout_.notes.push_back(
          fmt::format("left out, since no folders tell its classes: {}",
                      Quoted(unlabelled_)));
    }
    Names others;
    for (const std::string& folder : listing.folders) {
      if (folder != train.folder && folder != chosen_ &&
          std::find(unlabelled_.begin(), unlabelled_.end(), folder) ==
              unlabelled_.end()) {
        others.push_back(folder);
      }
    }
    if (!others.empty()) {
      layout_.notes.push_back(
          fmt::format("left out, being neither: {}", Quoted(others)));
    }
  }

  // Without training pictures beside them, such folders are classes, which may
  // not be what was meant.
  void TellClasses() {
    for (const Part& part : parts_) {
      if (!part.name.rest.empty()) continue;
      layout_.notes.push_back(fmt::format(
          "'{}' is taken for a class, since no folder of training pictures "
          "lies beside it",
          part.folder));
    }
  }

  Status TellNames(const std::string& folder) {
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(folder));
    if (HoldsNamedPictures(listing)) {
      layout_.notes.push_back(
          "classes are taken from the pictures' names, as of 'cat.0.jpg'");
    }
    return Status();
  }

  const std::string path_;
  std::string here_;  // path_, or what it wraps
  std::string list_;  // in here_; may be empty
  std::vector<Part> parts_;
  DataLayout layout_;
  Names unlabelled_;
  std::string chosen_;  // for validation
};

// A list, and where it is called as one of training pictures, the one beside it
// that is called as its partner.
Result<DataLayout> LayoutOfList(const std::string& path) {
  DataLayout layout;
  layout.train = path;
  const fs::path list(path);
  const SplitName name = ParseSplitName(list.stem().string());
  if (name.role != SplitRole::kTrain) return layout;
  const std::string folder = list.has_parent_path() ? list.parent_path() : ".";
  ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(folder));
  Names partners;
  for (const std::string& file : listing.files) {
    const SplitName other = ParseSplitName(fs::path(file).stem().string());
    if (other.role == SplitRole::kValidation && other.rest == name.rest &&
        Extension(file) == Extension(path)) {
      partners.push_back(file);
    }
  }
  if (partners.size() != 1) return layout;
  layout.validation = Below(folder, partners.front());
  layout.notes.push_back(fmt::format(
      "training pictures are those of '{}', validation pictures those of '{}'",
      list.filename().string(), partners.front()));
  return layout;
}

}  // namespace

Result<DataLayout> FindLayout(const std::string& path) {
  if (IsListFile(path)) return LayoutOfList(path);
  return Finder(path).Run();
}

}  // namespace alexnet
