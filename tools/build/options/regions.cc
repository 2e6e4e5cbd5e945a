#include "tools/build/options/regions.h"

#include <stdexcept>

#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

constexpr std::string_view kBegin = "BEGIN options: ";
constexpr std::string_view kEnd = "END options";

// What a line asks for, which has kBegin at `at`.
Request RequestOf(const std::string& line, size_t at) {
  Request request;
  std::vector<std::string> words;
  for (const std::string& word : Split(line.substr(at + kBegin.size()), ' ')) {
    if (!word.empty() && word != "*/") words.push_back(word);
  }
  if (words.size() < 2) {
    throw std::runtime_error("an emitter and a subject are wanted");
  }
  request.emitter = words[0];
  request.subject = words[1];
  for (size_t i = 2; i < words.size(); ++i) {
    const size_t equals = words[i].find('=');
    if (equals == std::string::npos) {
      throw std::runtime_error("NAME=VALUE is wanted, not " + words[i]);
    }
    request.arguments[words[i].substr(0, equals)] = words[i].substr(equals + 1);
  }
  return request;
}

}  // namespace

std::string MakeRegions(
    const std::string& text,
    const std::function<std::string(const Request&)>& emit) {
  std::string made;
  int number = 0;
  int begun = 0;  // the line of the region that is passed over
  for (const std::string& line : Split(text, '\n')) {
    ++number;
    const size_t begin = line.find(kBegin);
    const size_t end = line.find(kEnd);
    try {
      if (begin != std::string::npos) {
        if (begun != 0) throw std::runtime_error("a region within another");
        begun = number;
        made += line + "\n" +
                Indented(emit(RequestOf(line, begin)),
                         line.substr(0, line.find_first_not_of(' ')));
      } else if (end != std::string::npos) {
        if (begun == 0) throw std::runtime_error("no region begins before it");
        begun = 0;
        made += line + "\n";
      } else if (begun == 0) {
        made += line + "\n";
      }
    } catch (const std::runtime_error& error) {
      throw std::runtime_error("line " + std::to_string(number) + ": " +
                               error.what());
    }
  }
  if (begun != 0) {
    throw std::runtime_error("line " + std::to_string(begun) +
                             ": the region does not end");
  }
  return made;
}

}  // namespace alexnet::options
