// Dataset: labelled encoded pictures, in a fixed order, on disk.
//
// OpenData finds out what a folder holds:
//   - one folder per class with JPEG or PNG pictures in it (at any depth),
//     whatever they are called;
//   - WebDataset shards, *.tar, with NAME.jpg (.jpeg, .png) and NAME.cls or
//     NAME.json for each sample, and optionally dataset.json beside them;
//   - folders train/ and val/ (or test/) of either kind, called so in any case
//     and by the common words: Training, test_set, seg_train (split_name.h);
//   - one folder in which that lies;
//   - pictures that are called by their classes, cat.0.jpg (named_pictures.h);
//   - CIFAR's binary files and MNIST's (cifar.h, mnist.h).
// A list (list_file.h) stands in place of a folder.

#ifndef ALEXNET_CORE_DATA_DATASET_H_
#define ALEXNET_CORE_DATA_DATASET_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/data/dataset_info.h"

namespace alexnet {

// Pictures of kinds that are not read: how many, by the kind's name.
using UnreadKinds = std::map<std::string, int64_t>;

// One encoded picture. `bytes` live as long as `owner`, which is a buffer of
// its own or a mapped file of records.
struct Sample {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
  int32_t label = 0;
  std::string name;
};

// Immutable once made; all functions are thread safe.
class Dataset {
 public:
  virtual ~Dataset() = default;

  virtual int64_t size() const = 0;
  // Sorted bytewise for folders; labels index it.
  virtual const std::vector<std::string>& classes() const = 0;
  // For 0 <= index < size():
  virtual int32_t label(int64_t index) const = 0;
  // Relative to path(), unique: "class/picture.jpg", "shard.tar:key.jpg".
  virtual std::string name(int64_t index) const = 0;
  virtual Result<Sample> Read(int64_t index) const = 0;

  // Where it was opened.
  virtual const std::string& path() const = 0;
  // What dataset.json says; null where there is none.
  virtual const DatasetInfo* info() const { return nullptr; }
  // Files that are neither hidden nor pictures, relative to path(); for
  // `doctor`.
  virtual const std::vector<std::string>& odd_files() const = 0;
  // Of the pictures, those that cannot be decoded for their kind.
  virtual const UnreadKinds& unread() const = 0;
};

struct DatasetOptions {
  // Larger picture files are refused before they are read.
  uint64_t max_file_bytes = 256ull << 20;
  // Lets pass, for `doctor` to report: classes without a picture, names of
  // classes that are not text, and pictures of kinds that are not read.
  bool lenient = false;
};

struct DataFolders {
  std::shared_ptr<const Dataset> train;
  std::shared_ptr<const Dataset> validation;  // null where there is no folder
  // What was taken for what and what was left out, one sentence each.
  std::vector<std::string> notes;

  // What a model is evaluated on: the held-out pictures, or else all.
  const std::shared_ptr<const Dataset>& evaluated() const {
    return validation != nullptr ? validation : train;
  }
};

// Refuses, naming the folder and the remedy: a missing folder, one with neither
// classes nor shards, a class without a picture, pictures of a kind that is not
// read, damaged shards, names of classes that are not text, and a validation
// folder whose classes are not those of the training folder.
Result<DataFolders> OpenData(const std::string& path,
                             const DatasetOptions& options = {});

// JPEG and PNG files by their paths, which are their names, as one class
// without a name; an empty list is refused. Nothing is opened before Read.
Result<std::shared_ptr<const Dataset>> OpenPictures(
    std::vector<std::string> paths, const DatasetOptions& options = {});

// One folder of classes, and one folder of shards.
Result<std::shared_ptr<const Dataset>> OpenFolderDataset(
    const std::string& path, const DatasetOptions& options = {});
Result<std::shared_ptr<const Dataset>> OpenShardDataset(
    const std::string& path, const DatasetOptions& options = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_DATASET_H_
