#include "core/data/layout.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "core/data/folder.h"
#include "core/data/list_file.h"
#include "core/data/named_pictures.h"
#include "core/data/picture_name.h"
#include "core/data/split_name.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxWrappings = 8;

using Names = std::vector<std::string>;

std::string Below(const std::string& folder, const std::string& name) {
  return fmt::format("{}/{}", folder, name);
}

bool Has(const Names& sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

bool Overlaps(const Names& folders, const Names& classes) {
  return std::any_of(
      folders.begin(), folders.end(),
      [&classes](const std::string& name) { return Has(classes, name); });
}

// A data set rather than a class: shards, pictures that name their classes, or
// folders and no pictures.
bool IsDataset(const FolderListing& listing) {
  return HoldsShards(listing) || HoldsNamedPictures(listing) ||
         (!listing.folders.empty() && !HoldsPictures(listing));
}

// Where the folders or shards of a data set lie, if `path` holds nothing but
// one folder, which holds one, and so on; `path` itself otherwise. A folder
// called as one of `classes` is a class.
Result<std::string> Unwrap(const std::string& path, const Names& classes) {
  std::string inner = path;
  for (int depth = 0; depth < kMaxWrappings; ++depth) {
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(inner));
    if (HoldsShards(listing) || HoldsNamedPictures(listing)) return inner;
    if (HoldsPictures(listing) || listing.folders.empty()) return path;
    if (listing.folders.size() > 1 || Overlaps(listing.folders, classes)) {
      return inner;
    }
    inner = Below(inner, listing.folders.front());
  }
  return path;
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
    ALEXNET_RETURN_IF_ERROR(ListParts(listing));
    ALEXNET_ASSIGN_OR_RETURN(const Part* const train, ChooseTrain());
    if (train == nullptr) {
      layout_.train = here_;
      ALEXNET_RETURN_IF_ERROR(CheckClasses(layout_.train));
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
    ALEXNET_RETURN_IF_ERROR(CheckClasses(layout_.train));
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
    return InvalidArgumentError(
               fmt::format(
                   "{} lie outside of folders of the classes, so that their "
                   "classes are not known; put them into one folder for each "
                   "class, or write a list '{}.txt' beside the folder, with "
                   "lines as '{}'{}",
                   imagenet ? "ImageNet's validation pictures" : "the pictures",
                   part.folder,
                   imagenet ? "ILSVRC2012_val_00000001.JPEG n01751748"
                            : "1.jpg cat",
                   part.name.role == SplitRole::kTrain
                       ? ", and name the list in place of the data set"
                       : ""))
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

  // Refuses one folder of pictures beside a list, which look like one class.
  Status CheckForList(const FolderListing& listing) const {
    if (listing.folders.size() > 1) return Status();
    const auto list =
        std::find_if(listing.files.begin(), listing.files.end(),
                     [](const std::string& file) {
                       return HasListExtension(file) &&
                              (Extension(file) != "txt" ||
                               ParseSplitName(file).role != SplitRole::kNone);
                     });
    if (list == listing.files.end() || HoldsShards(listing) ||
        HoldsNamedPictures(listing)) {
      return Status();
    }
    return InvalidArgumentError(
               fmt::format("there is one folder at most, and a list, '{0}'; "
                           "name the list in place of the folder if it tells "
                           "the classes: '{1}/{0}'. Otherwise make one folder "
                           "for each class, and move the list away",
                           *list, here_))
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
    return HoldsShards(inner) || HoldsNamedPictures(inner) || classes.empty() ||
           inner.folders.size() > 1 || Overlaps(inner.folders, classes);
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

  // Refuses "classes" that all hold folders of the same names.
  Status CheckClasses(const std::string& folder) const {
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(folder));
    Names shared;
    Names parts;
    for (const std::string& name : listing.folders) {
      ALEXNET_ASSIGN_OR_RETURN(const FolderListing inner,
                               ListFolder(Below(folder, name)));
      if (HoldsPictures(inner)) return Status();
      if (inner.folders.empty()) continue;
      Names common;
      std::set_intersection(shared.begin(), shared.end(), inner.folders.begin(),
                            inner.folders.end(), std::back_inserter(common));
      shared = parts.empty() ? inner.folders : std::move(common);
      parts.push_back(name);
      // One, as "images", may well lie in every class.
      if (shared.size() < 2) return Status();
    }
    if (parts.size() < 2) return Status();
    return InvalidArgumentError(
               fmt::format(
                   "the folders '{}' and '{}' both hold folders called '{}' "
                   "and '{}': those look like the classes, and these like "
                   "parts of the data set. Call the parts 'train' and 'val', "
                   "or name one of them; if they are classes, put the "
                   "pictures of each into one folder",
                   parts[0], parts[1], shared[0], shared[1]))
        .WithFile(folder);
  }

  const std::string path_;
  std::string here_;  // path_, or what it wraps
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
