#include "core/data/dataset.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/data/cifar.h"
#include "core/data/folder.h"
#include "core/data/folder_dataset.h"
#include "core/data/layout.h"
#include "core/data/list_dataset.h"
#include "core/data/list_file.h"
#include "core/data/mnist.h"
#include "core/data/named_pictures.h"
#include "core/data/shard_dataset.h"

namespace alexnet {
namespace {

// Models have labels of text, which differ; files may be called by any bytes.
Status CheckClassNames(const Dataset& dataset) {
  for (const std::string& name : dataset.classes()) {
    const Status status = CheckText(name, kMaxLabelBytes);
    if (!status.ok()) {
      return status.WithContext(fmt::format("the class \"{}\"", Escaped(name)))
          .WithFile(dataset.path());
    }
  }
  std::vector<std::string_view> names(dataset.classes().begin(),
                                      dataset.classes().end());
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return Status();
  return InvalidArgumentError(
             fmt::format("two classes are called \"{}\"; rename one", *twice))
      .WithFile(dataset.path());
}

// "12 of 60 pictures are ...: 8 WebP, 4 GIF".
Status CheckKinds(const Dataset& dataset) {
  if (dataset.unread().empty()) return Status();
  int64_t count = 0;
  std::string kinds;
  for (const auto& [kind, pictures] : dataset.unread()) {
    count += pictures;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", pictures, kind);
  }
  return UnsupportedError(
             fmt::format(
                 "{} of {} pictures are of a kind that is not read: "
                 "{}; doctor lists them. Convert them to JPEG or PNG, or "
                 "move them away",
                 count, dataset.size(), kinds))
      .WithFile(dataset.path());
}

Result<std::shared_ptr<const Dataset>> OpenKind(
    const std::string& path, const DatasetOptions& options,
    const std::vector<std::string>* classes, std::vector<std::string>* notes) {
  ALEXNET_ASSIGN_OR_RETURN(const bool is_list, IsListFile(path));
  if (is_list) return MakeListDataset(path, options, classes, notes);
  ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(path));
  if (HoldsShards(listing)) return MakeShardDataset(path);
  if (HoldsNamedPictures(listing)) {
    return MakeNamedPicturesDataset(path, listing, options, classes);
  }
  return MakeFolderDataset(path, options, classes);
}

// One part of any kind; `classes` as in MakeFolderDataset, `notes`
// as DataFolders has them.
Result<std::shared_ptr<const Dataset>> OpenPictures(
    const std::string& path, const DatasetOptions& options,
    const std::vector<std::string>* classes, std::vector<std::string>* notes) {
  ALEXNET_ASSIGN_OR_RETURN(std::shared_ptr<const Dataset> dataset,
                           OpenKind(path, options, classes, notes));
  if (!options.lenient) ALEXNET_RETURN_IF_ERROR(CheckKinds(*dataset));
  return dataset;
}

// Files that hold both parts, CIFAR's or MNIST's; none where there are others.
Result<std::optional<DataFolders>> OpenRecords(const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(const bool is_list, IsListFile(path));
  if (is_list) return std::optional<DataFolders>();
  ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(path));
  const bool cifar = HoldsCifar(listing);
  if (!cifar && !HoldsMnist(listing)) return std::optional<DataFolders>();
  ALEXNET_ASSIGN_OR_RETURN(DataFolders data, cifar ? OpenCifar(path, listing)
                                                   : OpenMnist(path, listing));
  return std::make_optional(std::move(data));
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
  ALEXNET_ASSIGN_OR_RETURN(DataLayout layout, FindLayout(path));
  ALEXNET_ASSIGN_OR_RETURN(std::optional<DataFolders> records,
                           OpenRecords(layout.train));
  DataFolders data;
  if (records) {
    data = *std::move(records);
  } else {
    ALEXNET_ASSIGN_OR_RETURN(
        data.train, OpenPictures(layout.train, options, nullptr, &data.notes));
  }
  data.notes.insert(data.notes.begin(), layout.notes.begin(),
                    layout.notes.end());
  if (!options.lenient) ALEXNET_RETURN_IF_ERROR(CheckClassNames(*data.train));
  if (records || layout.validation.empty()) return data;
  ALEXNET_ASSIGN_OR_RETURN(data.validation,
                           OpenPictures(layout.validation, options,
                                        &data.train->classes(), &data.notes));
  ALEXNET_RETURN_IF_ERROR(CheckSameClasses(*data.train, *data.validation));
  return data;
}

}  // namespace alexnet
