#include "core/data/picture_name.h"

namespace alexnet {

std::string Extension(std::string_view name) {
  name.remove_prefix(name.rfind('/') + 1);  // npos + 1 is 0
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return "";
  std::string extension(name.substr(dot + 1));
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return extension;
}

bool HasPictureExtension(std::string_view name) {
  const std::string extension = Extension(name);
  return extension == "jpg" || extension == "jpeg" || extension == "png";
}

}  // namespace alexnet
