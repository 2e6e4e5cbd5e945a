#include "core/data/folder_dataset.h"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/data/file_dataset.h"
#include "core/data/folder.h"

namespace alexnet {
namespace {

constexpr int kMaxDepth = 32;

class FolderScanner {
 public:
  explicit FolderScanner(const std::string& path) : path_(path) {}

  Result<PictureFiles> Scan(const DatasetOptions& options,
                            const std::vector<std::string>* classes) {
    ALEXNET_ASSIGN_OR_RETURN(FolderListing listing, ListFolder(path_));
    if (listing.folders.empty()) return NoClasses(listing);
    AddOdd(listing.files, "");
    AddOdd(listing.others, "");
    files_.classes = classes != nullptr ? *classes : listing.folders;
    std::unordered_map<std::string_view, int32_t> labels;
    for (size_t i = 0; i < files_.classes.size(); ++i) {
      labels.emplace(files_.classes[i], static_cast<int32_t>(i));
    }
    for (const std::string& folder : listing.folders) {
      const auto found = labels.find(folder);
      if (found == labels.end()) {
        return InvalidArgumentError(
                   fmt::format("the folder '{}' is not one of the {} classes "
                               "of the training pictures; rename or remove it",
                               folder, files_.classes.size()))
            .WithFile(path_);
      }
      const size_t before = files_.names.size();
      ALEXNET_RETURN_IF_ERROR(AddPictures(folder, found->second, 0));
      std::sort(files_.names.begin() + static_cast<ptrdiff_t>(before),
                files_.names.end());
      if (files_.names.size() == before && classes == nullptr &&
          !options.lenient) {
        return InvalidArgumentError(
                   "the class has no picture (JPEG or PNG); add some or remove "
                   "the folder")
            .WithFile(fmt::format("{}/{}", path_, folder));
      }
    }
    if (files_.names.empty()) return NoClasses(listing);
    return std::move(files_);
  }

 private:
  Status NoClasses(const FolderListing& listing) const {
    const std::string picture = FirstPicture(listing);
    return InvalidArgumentError(
               picture.empty()
                   ? "there are no pictures here; make one folder for each "
                     "class with .jpg or .png files in it, or give a folder of "
                     ".tar shards"
                   : fmt::format(
                         "the pictures lie in the folder itself; put them into "
                         "one folder for each class, or write a list with "
                         "lines as '{} cat' and name it in place of the folder",
                         picture))
        .WithFile(path_);
  }

  void AddOdd(const std::vector<std::string>& names,
              const std::string& prefix) {
    for (const std::string& name : names)
      files_.odd_files.push_back(prefix + name);
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
      const std::string path = fmt::format("{}/{}", path_, name);
      ALEXNET_ASSIGN_OR_RETURN(const bool picture,
                               IsPictureFile(path, &files_.unread));
      if (picture) {
        files_.names.push_back(std::move(name));
        files_.labels.push_back(label);
      } else {
        files_.odd_files.push_back(std::move(name));
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

  const std::string& path_;
  PictureFiles files_;
};

}  // namespace

Result<std::shared_ptr<const Dataset>> MakeFolderDataset(
    const std::string& path, const DatasetOptions& options,
    const std::vector<std::string>* classes) {
  ALEXNET_ASSIGN_OR_RETURN(PictureFiles files,
                           FolderScanner(path).Scan(options, classes));
  return MakeFileDataset(path, std::move(files), options);
}

}  // namespace alexnet
