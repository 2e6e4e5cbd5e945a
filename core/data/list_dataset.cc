#include "core/data/list_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/file.h"
#include "core/data/file_dataset.h"
#include "core/data/folder.h"
#include "core/data/list_file.h"
#include "core/data/split_name.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

// As many as shards may have.
constexpr int32_t kMaxClasses = 1 << 20;
constexpr std::string_view kEndings[] = {"",     ".jpg",  ".jpeg", ".png",
                                         ".JPG", ".JPEG", ".PNG"};

// -1 for what is no whole number from 0, written plainly.
int32_t NumberOf(const std::string& label) {
  int32_t number = -1;
  const char* const end = label.data() + label.size();
  const auto [stop, error] = std::from_chars(label.data(), end, number);
  const bool plain = error == std::errc() && stop == end && number >= 0 &&
                     number < kMaxClasses && fmt::to_string(number) == label;
  return plain ? number : -1;
}

// Numbers are names of classes, too, of all up to the largest.
std::vector<std::string> ClassesOf(const std::vector<ListedPicture>& listed) {
  int32_t most = -1;
  bool numbers = true;
  std::set<std::string> names;
  for (const ListedPicture& picture : listed) {
    const int32_t number = NumberOf(picture.label);
    numbers = numbers && number >= 0;
    most = std::max(most, number);
    names.insert(picture.label);
  }
  if (!numbers) return {names.begin(), names.end()};
  std::vector<std::string> classes;
  for (int32_t i = 0; i <= most; ++i) classes.push_back(fmt::to_string(i));
  return classes;
}

// With a slash at its end.
std::string FromRoot(const std::string& folder) {
  std::error_code ignored;
  return fs::absolute(folder, ignored).lexically_normal() / "";
}

// What stands before and behind a path of the list.
struct Place {
  std::string folder;  // empty, or with a slash at its end
  std::string_view ending;
};

class ListReader {
 public:
  explicit ListReader(const std::string& path)
      : path_(path),
        folder_(FolderOfList(path)),
        prefix_(folder_ + "/"),
        whole_prefix_(FromRoot(folder_)) {}

  const std::string& folder() const { return folder_; }
  // After Read: whether labels are numbers of classes that have names.
  bool numbered() const { return numbered_; }

  Result<PictureFiles> Read(const std::vector<std::string>* classes,
                            bool lenient) {
    ALEXNET_ASSIGN_OR_RETURN(std::vector<ListedPicture> listed,
                             ReadListFile(path_));
    for (ListedPicture& picture : listed) {
      ALEXNET_ASSIGN_OR_RETURN(picture.path, Relative(std::move(picture.path)));
      if (LeavesFolder(picture.path)) {
        return At(picture,
                  "the path leaves the list's folder; write paths "
                  "below it");
      }
    }
    files_.classes = classes != nullptr ? *classes : ClassesOf(listed);
    ALEXNET_ASSIGN_OR_RETURN(const Place place, FindPlace(listed.front()));
    const std::unordered_map<std::string, int32_t> labels = Labels(listed);
    std::unordered_set<std::string> seen;
    for (const ListedPicture& picture : listed) {
      const auto label = labels.find(picture.label);
      if (label == labels.end()) {
        return At(picture,
                  fmt::format("'{}' is not one of the {} classes of the "
                              "training pictures; write their names, as '{}'",
                              picture.label, files_.classes.size(),
                              files_.classes.front()));
      }
      std::string name =
          fmt::format("{}{}{}", place.folder, picture.path, place.ending);
      ALEXNET_ASSIGN_OR_RETURN(const bool exists, Exists(name));
      if (!exists) return At(picture, "there is no file '" + name + "'");
      if (!seen.insert(name).second) {
        return At(picture, "'" + name + "' is listed twice");
      }
      ALEXNET_ASSIGN_OR_RETURN(
          const bool is_picture,
          IsPictureFile(fmt::format("{}/{}", folder_, name), &files_.unread));
      if (!is_picture) {
        return At(picture, "'" + name + "' is no picture");
      }
      files_.names.push_back(std::move(name));
      files_.labels.push_back(label->second);
    }
    if (classes == nullptr && !lenient) {
      ALEXNET_RETURN_IF_ERROR(CheckNoneIsEmpty());
    }
    return std::move(files_);
  }

 private:
  Status At(const ListedPicture& picture, std::string_view message) const {
    return InvalidArgumentError(
               fmt::format("line {}: {}", picture.line, message))
        .WithFile(path_);
  }

  // Of each label the number of its class.
  std::unordered_map<std::string, int32_t> Labels(
      const std::vector<ListedPicture>& listed) {
    const std::vector<std::string>& classes = files_.classes;
    const auto is_number = [](const std::string& label) {
      return NumberOf(label) >= 0;
    };
    numbered_ = std::none_of(classes.begin(), classes.end(), is_number) &&
                std::all_of(listed.begin(), listed.end(),
                            [&is_number](const ListedPicture& picture) {
                              return is_number(picture.label);
                            });
    std::unordered_map<std::string, int32_t> labels;
    for (size_t i = 0; i < classes.size(); ++i) {
      labels.emplace(numbered_ ? fmt::to_string(i) : classes[i],
                     static_cast<int32_t>(i));
    }
    return labels;
  }

  // Of numbers only, some may be missing.
  Status CheckNoneIsEmpty() const {
    const std::set<int32_t> used(files_.labels.begin(), files_.labels.end());
    for (size_t i = 0; i < files_.classes.size(); ++i) {
      if (used.count(static_cast<int32_t>(i)) > 0) continue;
      return InvalidArgumentError(
                 fmt::format("no picture has the label {}; number the classes "
                             "from 0 without a gap, or write their names",
                             files_.classes[i]))
          .WithFile(path_);
    }
    return Status();
  }

  // Lists are written with whole paths, and with a slash for their folder.
  Result<std::string> Relative(std::string path) const {
    const bool whole = path.front() == '/';
    if (whole) path = fs::path(path).lexically_normal();
    const std::string& prefix = whole ? whole_prefix_ : prefix_;
    if (path.rfind(prefix, 0) == 0) {
      bool exists = false;
      if (!whole) {
        ALEXNET_ASSIGN_OR_RETURN(exists, Exists(path));
      }
      if (!exists) path.erase(0, prefix.size());
    }
    while (!path.empty() && path.front() == '/') path.erase(0, 1);
    if (path.rfind("./", 0) == 0) path.erase(0, 2);
    return path;
  }

  static bool LeavesFolder(const std::string& path) {
    const fs::path parts(path);
    return path.empty() ||
           std::find(parts.begin(), parts.end(), "..") != parts.end();
  }

  Result<bool> Exists(const std::string& name) const {
    ALEXNET_ASSIGN_OR_RETURN(const PathKind kind,
                             FindPathKind(fmt::format("{}/{}", folder_, name)));
    return kind == PathKind::kFile;
  }

  // Where the first picture lies: below the list's folder or one beside the
  // list; of several, the one that is called as the list ("train.csv").
  Result<Place> FindPlace(const ListedPicture& first) const {
    ALEXNET_ASSIGN_OR_RETURN(FolderListing listing, ListFolder(folder_));
    const SplitRole role = ParseSplitName(fs::path(path_).stem().string()).role;
    std::vector<Place> found;
    std::vector<Place> namesakes;
    listing.folders.insert(listing.folders.begin(), "");
    for (const std::string& folder : listing.folders) {
      const std::string prefix = folder.empty() ? "" : folder + "/";
      for (const std::string_view ending : kEndings) {
        ALEXNET_ASSIGN_OR_RETURN(
            const bool exists,
            Exists(fmt::format("{}{}{}", prefix, first.path, ending)));
        if (!exists) continue;
        found.push_back({prefix, ending});
        if (role != SplitRole::kNone && ParseSplitName(folder).role == role) {
          namesakes.push_back({prefix, ending});
        }
        break;
      }
    }
    if (found.size() > 1 && namesakes.size() == 1) return namesakes.front();
    if (found.size() == 1) return found.front();
    if (found.empty()) {
      return At(first, fmt::format("there is no file '{}', neither in '{}' nor "
                                   "in a folder there; paths start from the "
                                   "list's folder",
                                   first.path, folder_));
    }
    return At(first, fmt::format("'{}' lies in '{}/{}' and in '{}/{}'; write "
                                 "the folder before each path",
                                 first.path, folder_, found[0].folder, folder_,
                                 found[1].folder));
  }

  const std::string& path_;
  const std::string folder_;
  const std::string prefix_;        // of paths below it
  const std::string whole_prefix_;  // from the root
  bool numbered_ = false;
  PictureFiles files_;
};

}  // namespace

Result<std::shared_ptr<const Dataset>> MakeListDataset(
    const std::string& path, const DatasetOptions& options,
    const std::vector<std::string>* classes, std::vector<std::string>* notes) {
  ListReader reader(path);
  ALEXNET_ASSIGN_OR_RETURN(PictureFiles files,
                           reader.Read(classes, options.lenient));
  if (reader.numbered()) {
    notes->push_back(
        fmt::format("the numbers in '{}' are those of the classes, from 0 in "
                    "their order",
                    fs::path(path).filename().string()));
  }
  return MakeFileDataset(reader.folder(), std::move(files), options);
}

}  // namespace alexnet
