#include "core/data/layout.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/data/folder.h"
#include "core/data/split_name.h"

namespace alexnet {
namespace {

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

// A data set rather than a class: shards, or folders and no pictures.
bool IsDataset(const FolderListing& listing) {
  return HoldsShards(listing) ||
         (!listing.folders.empty() && !HoldsPictures(listing));
}

// Where the folders or shards of a data set lie, if `path` holds nothing but
// one folder, which holds one, and so on; `path` itself otherwise. A folder
// called as one of `classes` is a class.
Result<std::string> Unwrap(const std::string& path, const Names& classes) {
  std::string inner = path;
  for (int depth = 0; depth < kMaxWrappings; ++depth) {
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(inner));
    if (HoldsShards(listing)) return inner;
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
      if (here_ != path_) {
        layout_.notes.push_back(
            fmt::format("the data set is taken from '{}'", Short(here_)));
      }
      return std::move(layout_);
    }
    ALEXNET_ASSIGN_OR_RETURN(layout_.train,
                             Unwrap(Below(here_, train->folder), {}));
    ALEXNET_RETURN_IF_ERROR(CheckClasses(layout_.train));
    ALEXNET_RETURN_IF_ERROR(ChooseValidation(*train));
    Tell(listing, *train);
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
  // be called "train" and "bullet train", too.
  Result<const Part*> ChooseTrain() const {
    std::vector<const Part*> plain;
    std::vector<const Part*> paired;
    for (const Part& part : parts_) {
      if (part.name.role != SplitRole::kTrain) continue;
      const bool partner = HasPartner(part);
      if (!IsDataset(part.listing)) {
        if (partner && part.name.rest.empty() && HoldsPictures(part.listing)) {
          return Unsorted(part);
        }
        continue;
      }
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
    return InvalidArgumentError(
               "the pictures do not lie in folders of the classes, so that "
               "their classes are not known; put them into one folder for each "
               "class")
        .WithFile(Below(here_, part.folder));
  }

  // Whether the part's pictures are sorted into folders of the classes.
  Result<bool> IsLabelled(const Part& part, const Names& classes,
                          std::string* folder) const {
    if (!IsDataset(part.listing)) return false;
    ALEXNET_ASSIGN_OR_RETURN(*folder,
                             Unwrap(Below(here_, part.folder), classes));
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing inner, ListFolder(*folder));
    // Folders of other names are left to whoever opens them, who names them.
    return HoldsShards(inner) || classes.empty() || inner.folders.size() > 1 ||
           Overlaps(inner.folders, classes);
  }

  Status ChooseValidation(const Part& train) {
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing trained,
                             ListFolder(layout_.train));
    for (const SplitRole role : {SplitRole::kValidation, SplitRole::kTest}) {
      Names found;
      for (const Part& part : parts_) {
        if (part.name.role != role || !Partners(train, part)) continue;
        std::string folder;
        ALEXNET_ASSIGN_OR_RETURN(const bool labelled,
                                 IsLabelled(part, trained.folders, &folder));
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

}  // namespace

Result<DataLayout> FindLayout(const std::string& path) {
  return Finder(path).Run();
}

}  // namespace alexnet
