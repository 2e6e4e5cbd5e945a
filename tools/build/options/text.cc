#include "tools/build/options/text.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace alexnet::options {
namespace {

char Upper(char c) {
  return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

}  // namespace

std::string PascalCase(std::string_view name) {
  std::string text;
  bool first = true;
  for (const char c : name) {
    if (c == '_') {
      first = true;
      continue;
    }
    text += first ? Upper(c) : c;
    first = false;
  }
  return text;
}

std::string CamelCase(std::string_view name) {
  std::string text = PascalCase(name);
  if (!text.empty()) text[0] = name[0];
  return text;
}

std::string UpperCase(std::string_view name) {
  std::string text(name);
  std::transform(text.begin(), text.end(), text.begin(), Upper);
  return text;
}

std::string KebabCase(std::string_view name) {
  return Replaced(std::string(name), "_", "-");
}

std::string Replaced(std::string text, std::string_view from,
                     std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(text)};
  for (std::string part; std::getline(stream, part, separator);) {
    parts.push_back(part);
  }
  return parts;
}

std::string NumberText(std::string_view number) {
  std::string text = Replaced(std::string(number), "'", ",");
  if (text.size() > 1 && text.back() == 'f') text.pop_back();
  if (text.size() > 2 && text.substr(text.size() - 2) == ".0") {
    text.resize(text.size() - 2);
  }
  return text;
}

std::string Wrapped(std::string_view text, std::string_view prefix,
                    size_t width) {
  std::string lines;
  std::string line;
  for (const std::string& word : Split(text, ' ')) {
    if (!line.empty() &&
        prefix.size() + line.size() + 1 + word.size() > width) {
      lines += std::string(prefix) + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return lines + std::string(prefix) + line + "\n";
}

std::string Indented(const std::string& text, const std::string& indent) {
  std::string lines;
  for (const std::string& line : Split(text, '\n')) {
    lines += (line.empty() ? "" : indent + line) + "\n";
  }
  return lines;
}

}  // namespace alexnet::options
