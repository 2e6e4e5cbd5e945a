#include "core/data/folder.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/data/picture_name.h"

namespace alexnet {

Result<FolderListing> ListFolder(const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(const PathKind kind, FindPathKind(path));
  if (kind != PathKind::kNothing && kind != PathKind::kFolder) {
    return InvalidArgumentError(
               "this is a file; a data set is a folder with one folder for "
               "each class, or with .tar shards, or a list (.txt, .csv, .tsv "
               "or .lst) with lines as 'images/1.jpg cat'")
        .WithFile(path);
  }
  FolderListing listing;
  ALEXNET_ASSIGN_OR_RETURN(std::vector<FolderEntry> entries, ReadFolder(path));
  for (FolderEntry& entry : entries) {
    std::string& name = entry.name;
    if (name.front() == '.' || name == "__MACOSX") continue;
    switch (entry.kind) {
      case PathKind::kFolder:
        if (entry.is_link) listing.linked_folders.push_back(name);
        listing.folders.push_back(std::move(name));
        break;
      case PathKind::kFile:
        listing.files.push_back(std::move(name));
        break;
      case PathKind::kNothing:
      case PathKind::kOther:
        listing.others.push_back(std::move(name));
        break;
    }
  }
  std::sort(listing.folders.begin(), listing.folders.end());
  std::sort(listing.linked_folders.begin(), listing.linked_folders.end());
  std::sort(listing.files.begin(), listing.files.end());
  std::sort(listing.others.begin(), listing.others.end());
  return listing;
}

std::string Below(const std::string& folder, std::string_view name) {
  return fmt::format("{}/{}", folder, name);
}

bool HoldsFile(const FolderListing& listing, std::string_view name) {
  return std::binary_search(listing.files.begin(), listing.files.end(), name);
}

std::string FirstPicture(const FolderListing& listing) {
  const auto picture = std::find_if(listing.files.begin(), listing.files.end(),
                                    HasPictureExtension);
  return picture == listing.files.end() ? "" : *picture;
}

bool HoldsPictures(const FolderListing& listing) {
  return !FirstPicture(listing).empty();
}

bool HoldsShards(const FolderListing& listing) {
  return listing.folders.empty() &&
         std::any_of(
             listing.files.begin(), listing.files.end(),
             [](const std::string& file) { return Extension(file) == "tar"; });
}

}  // namespace alexnet
