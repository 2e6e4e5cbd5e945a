#include "core/data/dataset.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/data/folder.h"
#include "core/data/folder_dataset.h"
#include "core/data/picture_name.h"
#include "core/data/shard_dataset.h"

namespace alexnet {
namespace {

constexpr const char* kValidationNames[] = {"val", "valid", "validation",
                                            "test"};

bool Has(const std::vector<std::string>& sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

bool HoldsShards(const FolderListing& listing) {
  return listing.folders.empty() &&
         std::any_of(
             listing.files.begin(), listing.files.end(),
             [](const std::string& file) { return Extension(file) == "tar"; });
}

// Whether `folder` is a data set rather than a class: it holds shards, or
// folders and no pictures of its own.
Result<bool> IsDataset(const std::string& folder) {
  ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(folder));
  if (HoldsShards(listing)) return true;
  return !listing.folders.empty() &&
         std::none_of(
             listing.files.begin(), listing.files.end(),
             [](const std::string& file) { return HasPictureExtension(file); });
}

// A folder of either kind; `classes` as in MakeFolderDataset.
Result<std::shared_ptr<const Dataset>> OpenOne(
    const std::string& path, const DatasetOptions& options,
    const std::vector<std::string>* classes) {
  ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(path));
  if (HoldsShards(listing)) return MakeShardDataset(path);
  return MakeFolderDataset(path, options, classes);
}

// Shards bring their own classes; folders were read with the training set's.
Status CheckSameClasses(const Dataset& train, const Dataset& validation) {
  if (validation.classes() == train.classes()) return Status();
  // Shards without dataset.json know only labels up to the largest they hold.
  if (validation.info() == nullptr && train.info() == nullptr &&
      validation.classes().size() <= train.classes().size() &&
      std::equal(validation.classes().begin(), validation.classes().end(),
                 train.classes().begin())) {
    return Status();
  }
  return InvalidArgumentError(
             fmt::format("its {} classes are not the {} of the training data "
                         "in '{}'; pack both from one data set",
                         validation.classes().size(), train.classes().size(),
                         train.path()))
      .WithFile(validation.path());
}

}  // namespace

Result<std::shared_ptr<const Dataset>> OpenFolderDataset(
    const std::string& path, const DatasetOptions& options) {
  return MakeFolderDataset(path, options, nullptr);
}

Result<std::shared_ptr<const Dataset>> OpenShardDataset(const std::string& path,
                                                        const DatasetOptions&) {
  return MakeShardDataset(path);
}

Result<DataFolders> OpenData(const std::string& path,
                             const DatasetOptions& options) {
  ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(path));
  DataFolders data;
  const std::string train_path = fmt::format("{}/train", path);
  bool split = false;
  if (Has(listing.folders, "train")) {
    ALEXNET_ASSIGN_OR_RETURN(split, IsDataset(train_path));
  }
  if (!split) {
    ALEXNET_ASSIGN_OR_RETURN(data.train, OpenOne(path, options, nullptr));
    return data;
  }
  ALEXNET_ASSIGN_OR_RETURN(data.train, OpenOne(train_path, options, nullptr));
  for (const char* name : kValidationNames) {
    if (!Has(listing.folders, name)) continue;
    ALEXNET_ASSIGN_OR_RETURN(data.validation,
                             OpenOne(fmt::format("{}/{}", path, name), options,
                                     &data.train->classes()));
    ALEXNET_RETURN_IF_ERROR(CheckSameClasses(*data.train, *data.validation));
    break;
  }
  return data;
}

}  // namespace alexnet
