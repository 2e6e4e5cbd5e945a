#include "core/data/folder.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/data/picture_name.h"

namespace alexnet {

namespace fs = std::filesystem;

Result<FolderListing> ListFolder(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    return NotFoundError("there is no such folder; check the path")
        .WithFile(path);
  }
  if (!error && status.type() != fs::file_type::directory) {
    return InvalidArgumentError(
               "this is a file; a data set is a folder with one folder for "
               "each class, or with .tar shards, or a list (.txt, .csv, .tsv "
               "or .lst) with lines as 'images/1.jpg cat'")
        .WithFile(path);
  }
  FolderListing listing;
  fs::directory_iterator entry(path, error);
  for (const fs::directory_iterator end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.empty() || name.front() == '.' || name == "__MACOSX") continue;
    std::error_code ignored;  // a broken link is neither file nor folder
    if (entry->is_directory(ignored)) {
      listing.folders.push_back(name);
      if (entry->is_symlink(ignored)) listing.linked_folders.push_back(name);
    } else if (entry->is_regular_file(ignored)) {
      listing.files.push_back(name);
    } else {
      listing.others.push_back(name);
    }
  }
  if (error) {
    return ErrnoError("the folder cannot be read", error.value())
        .WithFile(path);
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
