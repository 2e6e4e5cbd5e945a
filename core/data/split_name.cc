#include "core/data/split_name.h"

#include <utility>
#include <vector>

namespace alexnet {
namespace {

constexpr std::pair<std::string_view, SplitRole> kWords[] = {
    {"train", SplitRole::kTrain},
    {"training", SplitRole::kTrain},
    {"val", SplitRole::kValidation},
    {"valid", SplitRole::kValidation},
    {"validation", SplitRole::kValidation},
    {"dev", SplitRole::kValidation},
    {"test", SplitRole::kTest},
    {"testing", SplitRole::kTest},
    {"eval", SplitRole::kTest},
    {"evaluation", SplitRole::kTest},
};
// What may be written without a gap behind a part's word.
constexpr std::string_view kEndings[] = {"", "set", "data", "images", "labels"};

// Words of ASCII letters, digits and bytes of other alphabets, in lower case.
std::vector<std::string> Words(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool part = upper || (c >= 'a' && c <= 'z') ||
                      (c >= '0' && c <= '9') ||
                      static_cast<unsigned char>(c) >= 0x80;
    if (part) {
      words.back() += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// Numbers behind a word are of a release or a copy: "test1", "val2017".
SplitRole RoleOf(std::string_view word) {
  word = word.substr(0, word.find_last_not_of("0123456789") + 1);
  for (const auto& [part, role] : kWords) {
    if (word.substr(0, part.size()) != part) continue;
    for (const std::string_view ending : kEndings) {
      if (word.substr(part.size()) == ending) return role;
    }
  }
  return SplitRole::kNone;
}

}  // namespace

SplitName ParseSplitName(std::string_view folder) {
  SplitName name;
  for (const std::string& word : Words(folder)) {
    const SplitRole role = RoleOf(word);
    if (role == SplitRole::kNone) {
      name.rest += name.rest.empty() ? word : " " + word;
    } else if (name.role == SplitRole::kNone) {
      name.role = role;
    } else {
      return SplitName();
    }
  }
  if (name.role == SplitRole::kNone) return SplitName();
  // "training_set" and "train" are the same part.
  for (const std::string_view ending : kEndings) {
    if (name.rest == ending) name.rest.clear();
  }
  return name;
}

}  // namespace alexnet
