#include "core/data/layout_parts.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/data/data_folder.h"
#include "core/data/layout_text.h"
#include "core/data/named_pictures.h"
#include "core/data/unsorted.h"

namespace alexnet {
namespace {

using Names = std::vector<std::string>;

bool HasPartner(const Part& train, const std::vector<Part>& parts) {
  return std::any_of(parts.begin(), parts.end(), [&train](const Part& part) {
    return ArePartners(train, part);
  });
}

// Where the part's folders of classes lie; empty: it has none.
Result<std::string> SortedFolder(const std::string& root, const Part& part,
                                 const Names& classes) {
  if (!IsDataset(part.listing)) return std::string();
  ALEXNET_ASSIGN_OR_RETURN(std::string folder,
                           Unwrap(Below(root, part.folder), classes));
  ALEXNET_ASSIGN_OR_RETURN(const FolderListing inner, ListFolder(folder));
  // Folders of other names are left to whoever opens them, who names them.
  const bool sorted = HoldsDataset(inner) || classes.empty() ||
                      inner.folders.size() > 1 || HoldsClasses(inner, classes);
  return sorted ? std::move(folder) : std::string();
}

}  // namespace

Result<std::vector<Part>> ListParts(const std::string& root,
                                    const FolderListing& listing) {
  std::vector<Part> parts;
  for (const std::string& folder : listing.folders) {
    SplitName name = ParseSplitName(folder);
    if (name.role == SplitRole::kNone) continue;
    ALEXNET_ASSIGN_OR_RETURN(FolderListing inner,
                             ListFolder(Below(root, folder)));
    parts.push_back({folder, std::move(name), std::move(inner)});
  }
  return parts;
}

bool ArePartners(const Part& train, const Part& other) {
  return other.name.role != SplitRole::kTrain &&
         (other.name.rest == train.name.rest || other.name.rest.empty() ||
          train.name.rest.empty());
}

Result<const Part*> ChooseTraining(const std::string& root,
                                   const FolderListing& listing,
                                   const std::vector<Part>& parts) {
  std::vector<const Part*> plain;
  std::vector<const Part*> paired;
  for (const Part& part : parts) {
    if (part.name.role != SplitRole::kTrain) continue;
    const bool partner = HasPartner(part, parts);
    if (!IsDataset(part.listing)) {
      if (partner) return UnsortedTraining(root, listing, part.folder);
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
        .WithFile(root);
  }
  return found.front();
}

Result<HeldOut> ChooseHeldOut(const std::string& root,
                              const std::vector<Part>& parts, const Part& train,
                              const Names& classes) {
  HeldOut held_out;
  for (const SplitRole role : {SplitRole::kValidation, SplitRole::kTest}) {
    Names found;
    for (const Part& part : parts) {
      if (part.name.role != role || !ArePartners(train, part)) continue;
      ALEXNET_ASSIGN_OR_RETURN(std::string path,
                               SortedFolder(root, part, classes));
      if (path.empty() && role == SplitRole::kTest) {
        held_out.unlabelled.push_back(part.folder);
        continue;
      }
      if (path.empty()) {
        ALEXNET_ASSIGN_OR_RETURN(path, ListOfPart(root, part.folder));
      }
      if (path.empty()) {
        return UnsortedValidation(root, part.folder, train.folder, classes);
      }
      if (found.empty() && !held_out.path.empty()) continue;  // test pictures
      held_out.path = std::move(path);
      held_out.folder = part.folder;
      found.push_back(part.folder);
    }
    if (found.size() > 1) return TwoHeldOut(found).WithFile(root);
  }
  return held_out;
}

}  // namespace alexnet
