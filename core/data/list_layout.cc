#include "core/data/list_layout.h"

#include <fmt/core.h>

#include <filesystem>
#include <vector>

#include "core/data/folder.h"
#include "core/data/layout_text.h"
#include "core/data/list_file.h"
#include "core/data/picture_name.h"
#include "core/data/split_name.h"

namespace alexnet {
namespace {

// The word of a part in its name, without the ending.
SplitName SplitOf(const std::string& list) {
  return ParseSplitName(std::filesystem::path(list).stem().string());
}

}  // namespace

Result<DataLayout> FindListLayout(const std::string& list) {
  DataLayout layout;
  layout.train = list;
  const SplitName name = SplitOf(list);
  if (name.role != SplitRole::kTrain) return layout;
  const std::string folder = FolderOfList(list);
  ALEXNET_ASSIGN_OR_RETURN(const FolderListing listing, ListFolder(folder));
  std::vector<std::string> validation;
  std::vector<std::string> test;
  for (const std::string& file : listing.files) {
    if (Extension(file) != Extension(list)) continue;
    const SplitName other = SplitOf(file);
    if (other.rest != name.rest) continue;
    if (other.role == SplitRole::kValidation) validation.push_back(file);
    if (other.role == SplitRole::kTest) test.push_back(file);
  }
  if (validation.size() > 1) return TwoHeldOut(validation).WithFile(folder);
  if (!validation.empty()) {
    layout.validation = Below(folder, validation.front());
    layout.notes.push_back(TakenFor(
        std::filesystem::path(list).filename().string(), validation.front()));
  } else if (!test.empty()) {
    layout.notes.push_back(
        fmt::format("left out: {}; a list that tells its pictures' labels is "
                    "for validation if it is called 'val'",
                    Quoted(test)));
  }
  return layout;
}

}  // namespace alexnet
