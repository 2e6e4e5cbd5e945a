#include "core/data/unsorted.h"

#include <fmt/core.h>

#include <string_view>
#include <vector>

#include "core/data/data_folder.h"
#include "core/data/list_file.h"
#include "core/data/picture_name.h"
#include "core/data/split_name.h"

namespace alexnet {
namespace {

// A file that looks like a list of the pictures' labels, at best of the
// training pictures; empty where there is none.
std::string FindList(const std::string& root, const FolderListing& listing) {
  std::string list;
  for (const std::string& file : listing.files) {
    if (!HasListExtension(file)) continue;
    const SplitRole role = ParseSplitName(file).role;
    if (role == SplitRole::kTrain) return Below(root, file);
    // A text may be about anything, and test pictures have no labels.
    if (list.empty() && role != SplitRole::kTest && Extension(file) != "txt") {
      list = Below(root, file);
    }
  }
  return list;
}

// A picture of the part, from `root`.
std::string PictureOf(const std::string& root, const std::string& part) {
  std::string path = part;
  for (;;) {
    const Result<FolderListing> listing = ListFolder(Below(root, path));
    if (!listing.ok()) break;
    const std::string picture = FirstPicture(*listing);
    if (!picture.empty()) return Below(path, picture);
    if (listing->folders.empty()) break;
    path = Below(path, listing->folders.front());
  }
  return Below(part, "1.jpg");
}

Status Unsorted(const std::string& folder, std::string_view pictures,
                std::string_view remedy) {
  return InvalidArgumentError(
             fmt::format("{} lie outside of folders of the classes, so that "
                         "their classes are not known; put them into one "
                         "folder for each class, {}",
                         pictures, remedy))
      .WithFile(folder);
}

}  // namespace

Result<std::string> ListOfPart(const std::string& root,
                               const std::string& part) {
  const std::string folder = Below(root, part);
  for (const char* const list :
       {"/val_annotations.txt", ".txt", ".csv", ".tsv"}) {
    ALEXNET_ASSIGN_OR_RETURN(const bool is_list, IsListFile(folder + list));
    if (is_list) return folder + list;
  }
  return std::string();
}

Status UnsortedTraining(const std::string& root, const FolderListing& listing,
                        const std::string& part) {
  const std::string list = FindList(root, listing);
  return Unsorted(
      Below(root, part), "the pictures",
      list.empty()
          ? fmt::format(
                "or write a list '{}.txt' beside the folder, with lines "
                "as '{} cat', and name it in place of the data set",
                part, PictureOf(root, part))
          : fmt::format("or name '{}' in place of the data set, if it tells "
                        "them",
                        list));
}

Status UnsortedValidation(const std::string& root, const std::string& part,
                          const std::string& train,
                          const std::vector<std::string>& classes) {
  const std::string picture = PictureOf(root, part);
  return Unsorted(
      Below(root, part),
      picture.find("/ILSVRC2012_val_") != std::string::npos
          ? "ImageNet's validation pictures"
          : "the pictures",
      fmt::format("write a list '{}.txt' beside the folder, with lines as '{} "
                  "{}', or name '{}' to do without them",
                  part, picture, classes.empty() ? "cat" : classes.front(),
                  Below(root, train)));
}

Status CheckForList(const std::string& root, const FolderListing& listing) {
  if (listing.folders.size() > 1 || HoldsDataset(listing)) return Status();
  const std::string list = FindList(root, listing);
  if (list.empty()) return Status();
  return InvalidArgumentError(
             fmt::format("there is one folder at most, and a list; if that "
                         "tells the classes, name '{}' in place of the folder. "
                         "Otherwise make one folder for each class, and move "
                         "the list away",
                         list))
      .WithFile(root);
}

}  // namespace alexnet
