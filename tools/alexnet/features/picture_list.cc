#include "tools/alexnet/features/picture_list.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <unordered_set>

namespace alexnet::cli {
namespace {

namespace fs = std::filesystem;

bool HasPictureEnding(const std::string& name) {
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  std::string ending = name.substr(dot + 1);
  for (char& c : ending) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return ending == "jpg" || ending == "jpeg" || ending == "png";
}

bool BeginsAsPicture(const std::string& path) {
  constexpr std::string_view kJpeg = "\xff\xd8\xff";
  constexpr std::string_view kPng = "\x89PNG";
  std::array<char, 4> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  const std::string_view begin(bytes.data(),
                               static_cast<size_t>(file.gcount()));
  return begin.starts_with(kJpeg) || begin.starts_with(kPng);
}

PictureList PicturesBelow(const std::string& folder) {
  PictureList pictures;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code unseen;
    if (name.front() == '.') {
      entry.disable_recursion_pending();
    } else if (const fs::file_status status = entry->status(unseen);
               status.type() == fs::file_type::none) {
      throw std::runtime_error(entry->path().string() + ": " +
                               unseen.message());
    } else if (fs::is_regular_file(status)) {  // a broken link is no file
      const std::string path = entry->path().string();
      if (HasPictureEnding(name) || BeginsAsPicture(path)) {
        pictures.paths.push_back(path);
      } else {
        ++pictures.passed_over;
      }
    }
  }
  if (error) {
    throw std::runtime_error(folder + ": cannot be read: " + error.message());
  }
  std::sort(pictures.paths.begin(), pictures.paths.end());
  return pictures;
}

}  // namespace

PictureList ListPictures(const std::vector<std::string>& given) {
  PictureList pictures;
  std::unordered_set<std::string> there;
  const auto add = [&](const std::string& path) {
    if (there.insert(fs::path(path).lexically_normal().string()).second) {
      pictures.paths.push_back(path);
    }
  };
  for (const std::string& path : given) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
      throw std::runtime_error(path + ": there is no such file or folder");
    }
    if (error) throw std::runtime_error(path + ": " + error.message());
    if (!fs::is_directory(status)) {
      add(path);
      continue;
    }
    const PictureList below = PicturesBelow(path);
    if (below.paths.empty()) {
      throw std::runtime_error(
          fmt::format("{}: there is no JPEG or PNG file below this folder, and "
                      "{} of other kinds",
                      path, below.passed_over));
    }
    pictures.passed_over += below.passed_over;
    for (const std::string& each : below.paths) add(each);
  }
  return pictures;
}

}  // namespace alexnet::cli
