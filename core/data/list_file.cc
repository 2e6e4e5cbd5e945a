#include "core/data/list_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/base/file.h"
#include "core/data/picture_name.h"

namespace alexnet {
namespace {

constexpr uint64_t kMaxListBytes = 256ull << 20;
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr std::string_view kPathColumns[] = {
    "path",      "filepath", "filepaths",  "image_path", "img_path", "filename",
    "file_name", "file",     "image_name", "image",      "img",      "image_id",
    "imageid",   "id_code",  "id",         "name"};
constexpr std::string_view kLabelColumns[] = {"label",      "labels", "class",
                                              "category",   "breed",  "species",
                                              "class_name", "target"};
// Where none of these is there.
constexpr std::string_view kNumberColumns[] = {"class_id", "classid"};

using Fields = std::vector<std::string>;

std::string_view Trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

// A field may stand in double quotes, in which two are one (RFC 4180); others'
// quotes are their own.
Fields SplitAt(char separator, std::string_view line) {
  Fields fields(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted) {
      quoted = i + 1 < line.size() && line[i + 1] == '"';
      if (quoted) fields.back() += line[++i];
    } else if (c == '"' && Trimmed(fields.back()).empty()) {
      quoted = true;
    } else if (c == separator && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  for (std::string& field : fields) field = std::string(Trimmed(field));
  return fields;
}

std::string Lowered(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// The path may hold spaces, the label not.
Fields SplitAtLastSpace(std::string_view line) {
  const size_t space = line.find_last_of(' ');
  if (space == std::string_view::npos) return {std::string(line)};
  return {std::string(Trimmed(line.substr(0, space))),
          std::string(line.substr(space + 1))};
}

bool IsNumber(const std::string& field) {
  return !field.empty() &&
         field.find_first_not_of("0123456789.+-") == std::string::npos;
}

// The fields of a line of names that are called so, the best known first.
std::vector<size_t> ColumnsOf(const Fields& names,
                              std::span<const std::string_view> known) {
  std::vector<size_t> columns;
  for (const std::string_view column : known) {
    for (size_t i = 0; i < names.size(); ++i) {
      if (Lowered(names[i]) == column) columns.push_back(i);
    }
  }
  return columns;
}

class Reader {
 public:
  explicit Reader(const std::string& path) : comma_(Extension(path) == "csv") {}

  Result<std::vector<ListedPicture>> Read(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
      return DataLossError(
          "this is no text in UTF-8; write it as lines of a path and a label");
    }
    if (text.substr(0, 3) == kByteOrderMark) text.remove_prefix(3);
    int64_t number = 0;
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size() - 1);
      const std::string_view line = Trimmed(text.substr(0, end + 1));
      text.remove_prefix(end + 1);
      ++number;
      if (!line.empty()) ALEXNET_RETURN_IF_ERROR(Add(line, number));
    }
    if (pictures_.empty()) {
      return InvalidArgumentError(
          "the list names no picture; write lines of a path and a label");
    }
    return std::move(pictures_);
  }

 private:
  Fields Split(std::string_view line) const {
    if (comma_) return SplitAt(',', line);
    if (line.find('\t') != std::string_view::npos) return SplitAt('\t', line);
    return SplitAtLastSpace(line);
  }

  Status Add(std::string_view line, int64_t number) {
    Fields fields = Split(line);
    if (!columns_known_) {
      columns_known_ = true;
      const auto paths = ColumnsOf(fields, kPathColumns);
      if (!paths.empty() &&
          std::none_of(fields.begin(), fields.end(), HasPictureExtension)) {
        return UseNames(fields, paths.front(), number);
      }
    }
    const bool numbers_follow = std::all_of(
        fields.begin() +
            static_cast<ptrdiff_t>(std::min<size_t>(2, fields.size())),
        fields.end(), IsNumber);
    if (fields.size() <= std::max(path_, label_) ||
        (!named_ && !numbers_follow) || fields[path_].empty() ||
        fields[label_].empty()) {
      return InvalidArgumentError(
          fmt::format("line {} is not a path and a label; lists have lines as "
                      "'images/1.jpg cat', or as 'images/1.jpg,cat' in a .csv",
                      number));
    }
    pictures_.push_back(
        {std::move(fields[path_]), std::move(fields[label_]), number});
    return Status();
  }

  // A first line of names.
  Status UseNames(const Fields& names, size_t path, int64_t number) {
    std::vector<size_t> labels = ColumnsOf(names, kLabelColumns);
    if (labels.empty()) labels = ColumnsOf(names, kNumberColumns);
    if (labels.empty() && names.size() == 2) labels.push_back(1 - path);
    if (labels.size() != 1) {
      return InvalidArgumentError(
          fmt::format("line {} does not say which field is the label; call one "
                      "'label', or leave the path and the label only",
                      number));
    }
    path_ = path;
    label_ = labels.front();
    named_ = true;
    return Status();
  }

  const bool comma_;
  bool columns_known_ = false;
  bool named_ = false;
  size_t path_ = 0;
  size_t label_ = 1;
  std::vector<ListedPicture> pictures_;
};

}  // namespace

bool HasListExtension(const std::string& name) {
  const std::string extension = Extension(name);
  return extension == "txt" || extension == "csv" || extension == "tsv" ||
         extension == "lst";
}

Result<bool> IsListFile(const std::string& path) {
  if (!HasListExtension(path)) return false;
  ALEXNET_ASSIGN_OR_RETURN(const PathKind kind, FindPathKind(path));
  return kind == PathKind::kFile;
}

std::string FolderOfList(const std::string& path) {
  const std::filesystem::path list(path);
  return list.has_parent_path() ? list.parent_path().string() : ".";
}

Result<std::vector<ListedPicture>> ReadListFile(const std::string& path) {
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes,
                           ReadFile(path, kMaxListBytes));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              bytes.size());
  Result<std::vector<ListedPicture>> pictures = Reader(path).Read(text);
  if (!pictures.ok()) return pictures.status().WithFile(path);
  return pictures;
}

}  // namespace alexnet
