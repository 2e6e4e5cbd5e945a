#include "core/data/named_pictures.h"

#include <fmt/core.h>

#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/data/file_dataset.h"
#include "core/data/picture_name.h"

namespace alexnet {
namespace {

// "cat" of "cat.0.jpg"; empty for other names.
std::string_view ClassOf(std::string_view name) {
  name = name.substr(0, name.rfind('.'));
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == name.size() ||
      name.find_first_not_of("0123456789", dot + 1) != std::string_view::npos) {
    return {};
  }
  return name.substr(0, dot);
}

}  // namespace

bool HoldsNamedPictures(const FolderListing& listing) {
  std::set<std::string_view> classes;
  for (const std::string& file : listing.files) {
    if (!HasPictureExtension(file)) continue;
    const std::string_view name = ClassOf(file);
    if (name.empty()) return false;
    classes.insert(name);
  }
  return listing.folders.empty() && classes.size() >= 2;
}

Result<std::shared_ptr<const Dataset>> MakeNamedPicturesDataset(
    const std::string& path, const FolderListing& listing,
    const DatasetOptions& options, const std::vector<std::string>* classes) {
  PictureFiles files;
  std::set<std::string_view> names;
  for (const std::string& file : listing.files) {
    ALEXNET_ASSIGN_OR_RETURN(
        const bool picture,
        IsPictureFile(fmt::format("{}/{}", path, file), &files.unread));
    if (picture) {
      files.names.push_back(file);
      names.insert(ClassOf(file));
    } else {
      files.odd_files.push_back(file);
    }
  }
  names.erase("");  // of a picture with another ending, refused below
  files.classes = classes != nullptr
                      ? *classes
                      : std::vector<std::string>(names.begin(), names.end());
  std::unordered_map<std::string_view, int32_t> labels;
  for (size_t i = 0; i < files.classes.size(); ++i) {
    labels.emplace(files.classes[i], static_cast<int32_t>(i));
  }
  for (const std::string& name : files.names) {
    const auto label = labels.find(ClassOf(name));
    if (label == labels.end()) {
      return InvalidArgumentError(
                 fmt::format("'{}' is of none of the {} classes of the "
                             "training pictures; rename or remove it",
                             name, files.classes.size()))
          .WithFile(path);
    }
    files.labels.push_back(label->second);
  }
  return MakeFileDataset(path, std::move(files), options);
}

}  // namespace alexnet
