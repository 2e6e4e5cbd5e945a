#include "core/data/data_folder.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/data/cifar.h"
#include "core/data/mnist.h"
#include "core/data/named_pictures.h"

namespace alexnet {
namespace {

constexpr int kMaxWrappings = 8;

using Names = std::vector<std::string>;

}  // namespace

bool HoldsDataset(const FolderListing& listing) {
  return HoldsShards(listing) || HoldsNamedPictures(listing) ||
         HoldsCifar(listing) || HoldsMnist(listing);
}

bool IsDataset(const FolderListing& listing) {
  return HoldsDataset(listing) ||
         (!listing.folders.empty() && !HoldsPictures(listing));
}

Result<std::string> Unwrap(const std::string& path, const Names& classes) {
  std::string inner = path;
  for (int depth = 0; depth < kMaxWrappings; ++depth) {
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(inner));
    if (HoldsDataset(listing)) return inner;
    if (!IsDataset(listing)) return path;
    if (listing.folders.size() > 1 || HoldsClasses(listing, classes)) {
      return inner;
    }
    inner = Below(inner, listing.folders.front());
  }
  return path;
}

bool HoldsClasses(const FolderListing& listing, const Names& classes) {
  return std::any_of(listing.folders.begin(), listing.folders.end(),
                     [&classes](const std::string& name) {
                       return std::binary_search(classes.begin(), classes.end(),
                                                 name);
                     });
}

Status CheckAreClasses(const std::string& folder) {
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

}  // namespace alexnet
