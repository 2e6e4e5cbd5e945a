#include "core/data/folder_dataset.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/base/file.h"
#include "core/data/folder.h"
#include "core/data/picture_name.h"

namespace alexnet {
namespace {

constexpr int kMaxDepth = 32;

class FolderDataset final : public Dataset {
 public:
  FolderDataset(std::string path, const DatasetOptions& options)
      : path_(std::move(path)), max_file_bytes_(options.max_file_bytes) {}

  int64_t size() const override { return static_cast<int64_t>(names_.size()); }
  const std::vector<std::string>& classes() const override { return classes_; }
  int32_t label(int64_t index) const override { return labels_[index]; }
  std::string name(int64_t index) const override { return names_[index]; }
  const std::string& path() const override { return path_; }
  const std::vector<std::string>& odd_files() const override {
    return odd_files_;
  }

  Result<Sample> Read(int64_t index) const override {
    ALEXNET_ASSIGN_OR_RETURN(
        std::vector<std::byte> bytes,
        ReadFile(fmt::format("{}/{}", path_, names_[index]), max_file_bytes_));
    auto owner =
        std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    Sample sample;
    sample.bytes = *owner;
    sample.owner = std::move(owner);
    sample.label = labels_[index];
    sample.name = names_[index];
    return sample;
  }

  Status Scan(const DatasetOptions& options,
              const std::vector<std::string>* classes) {
    ALEXNET_ASSIGN_OR_RETURN(FolderListing listing, ListFolder(path_));
    if (listing.folders.empty()) return NoClasses(listing);
    AddOdd(listing.files, "");
    AddOdd(listing.others, "");
    classes_ = classes != nullptr ? *classes : listing.folders;
    for (const std::string& folder : listing.folders) {
      const auto found = std::find(classes_.begin(), classes_.end(), folder);
      if (found == classes_.end()) {
        return InvalidArgumentError(
                   fmt::format("the folder '{}' is not one of the {} classes "
                               "of the training pictures; rename or remove it",
                               folder, classes_.size()))
            .WithFile(path_);
      }
      const size_t before = names_.size();
      ALEXNET_RETURN_IF_ERROR(AddPictures(
          folder, static_cast<int32_t>(found - classes_.begin()), 0));
      std::sort(names_.begin() + static_cast<ptrdiff_t>(before), names_.end());
      if (names_.size() == before && classes == nullptr &&
          !options.allow_empty_classes) {
        return InvalidArgumentError(
                   "the class has no picture (.jpg, .jpeg or .png); add some "
                   "or remove the folder")
            .WithFile(fmt::format("{}/{}", path_, folder));
      }
    }
    if (names_.empty()) return NoClasses(listing);
    return Status();
  }

 private:
  Status NoClasses(const FolderListing& listing) const {
    return InvalidArgumentError(
               HoldsPictures(listing)
                   ? "the pictures lie in the folder itself; put them "
                     "into one folder for each class"
                   : "there are no pictures here; make one folder for "
                     "each class with .jpg or .png files in it, or give "
                     "a folder of .tar shards")
        .WithFile(path_);
  }

  void AddOdd(const std::vector<std::string>& names,
              const std::string& prefix) {
    for (const std::string& name : names) odd_files_.push_back(prefix + name);
  }

  // All pictures in `folder`, relative to path_, and in the folders in it.
  // Below a class, links to folders are not followed: they could go in circles.
  Status AddPictures(const std::string& folder, int32_t label, int depth) {
    if (depth > kMaxDepth) {
      return InvalidArgumentError(
                 fmt::format("folders are nested more than {} deep", kMaxDepth))
          .WithFile(fmt::format("{}/{}", path_, folder));
    }
    ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing,
                             ListFolder(fmt::format("{}/{}", path_, folder)));
    for (const std::string& file : listing.files) {
      std::string name = fmt::format("{}/{}", folder, file);
      if (HasPictureExtension(file)) {
        names_.push_back(std::move(name));
        labels_.push_back(label);
      } else {
        odd_files_.push_back(std::move(name));
      }
    }
    AddOdd(listing.others, folder + "/");
    for (const std::string& inner : listing.folders) {
      if (std::binary_search(listing.linked_folders.begin(),
                             listing.linked_folders.end(), inner)) {
        continue;
      }
      ALEXNET_RETURN_IF_ERROR(
          AddPictures(fmt::format("{}/{}", folder, inner), label, depth + 1));
    }
    return Status();
  }

  const std::string path_;
  const uint64_t max_file_bytes_;
  std::vector<std::string> classes_;
  std::vector<std::string> names_;
  std::vector<int32_t> labels_;
  std::vector<std::string> odd_files_;
};

}  // namespace

Result<std::shared_ptr<const Dataset>> MakeFolderDataset(
    const std::string& path, const DatasetOptions& options,
    const std::vector<std::string>* classes) {
  auto dataset = std::make_shared<FolderDataset>(path, options);
  ALEXNET_RETURN_IF_ERROR(dataset->Scan(options, classes));
  return std::shared_ptr<const Dataset>(std::move(dataset));
}

}  // namespace alexnet
