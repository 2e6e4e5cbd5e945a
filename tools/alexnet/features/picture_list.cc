#include "tools/alexnet/features/picture_list.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace alexnet::cli {
namespace {

namespace fs = std::filesystem;

bool IsPicture(std::string name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  std::string ending = name.substr(dot + 1);
  for (char& c : ending) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return ending == "jpg" || ending == "jpeg" || ending == "png";
}

std::vector<std::string> PicturesBelow(const std::string& folder) {
  std::vector<std::string> pictures;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;  // a broken link is no file
    if (name.front() == '.') {
      entry.disable_recursion_pending();
    } else if (IsPicture(name) && entry->is_regular_file(ignored)) {
      pictures.push_back(entry->path().string());
    }
  }
  if (error) {
    throw std::runtime_error(folder + ": cannot be read: " + error.message());
  }
  std::sort(pictures.begin(), pictures.end());
  return pictures;
}

}  // namespace

std::vector<std::string> ListPictures(const std::vector<std::string>& given) {
  std::vector<std::string> pictures;
  for (const std::string& path : given) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
      throw std::runtime_error(path + ": there is no such file or folder");
    }
    if (error) throw std::runtime_error(path + ": " + error.message());
    if (!fs::is_directory(status)) {
      pictures.push_back(path);
      continue;
    }
    std::vector<std::string> below = PicturesBelow(path);
    if (below.empty()) {
      throw std::runtime_error(path +
                               ": there is no .jpg, .jpeg or .png below this "
                               "folder");
    }
    pictures.insert(pictures.end(), below.begin(), below.end());
  }
  return pictures;
}

}  // namespace alexnet::cli
