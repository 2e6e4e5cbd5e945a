#include "core/infer/match_classes.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace alexnet {
namespace {

using Names = std::vector<std::string>;

constexpr int32_t kAmbiguous = -1;
// Of ImageNet's networks.
constexpr size_t kImageNetClasses = 1000;

std::string QuotedList(const Names& names) {
  constexpr size_t kShown = 5;
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", names[i]);
  }
  if (names.size() > kShown) {
    text += fmt::format(" and {} more", names.size() - kShown);
  }
  return text;
}

// "n01440764": an n and eight digits.
bool IsWordNetId(std::string_view name) {
  return name.size() == 9 && name.front() == 'n' &&
         name.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

// "n01440764 tench, Tinca tinca".
bool StartsWithId(std::string_view label) {
  return IsWordNetId(label.substr(0, label.find_first_of(" :\t")));
}

// Without case and surrounding spaces, and with spaces for underscores.
std::string Plain(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      plain += static_cast<char>(c - 'A' + 'a');
    } else {
      plain += c == '_' ? ' ' : c;
    }
  }
  const size_t first = std::min(plain.find_first_not_of(' '), plain.size());
  return plain.substr(first, plain.find_last_not_of(' ') + 1 - first);
}

// All names of a label: a WordNet id before it, and its synonyms.
Names NamesOf(std::string_view label) {
  Names names = {Plain(label)};
  if (StartsWithId(label)) {
    names.push_back(std::string(label.substr(0, 9)));
    label.remove_prefix(std::min<size_t>(10, label.size()));
    names.push_back(Plain(label));
  }
  while (!label.empty()) {
    const size_t comma = std::min(label.find(','), label.size());
    names.push_back(Plain(label.substr(0, comma)));
    label.remove_prefix(std::min(comma + 1, label.size()));
  }
  return names;
}

class Matcher {
 public:
  Matcher(const Names& labels, const Names& classes)
      : labels_(labels), classes_(classes) {
    for (size_t i = 0; i < labels.size(); ++i) {
      const auto index = static_cast<int32_t>(i);
      by_label_.emplace(labels[i], index);
      for (const std::string& name : NamesOf(labels[i])) {
        const auto [found, added] = by_name_.emplace(name, index);
        if (!added && found->second != index) found->second = kAmbiguous;
      }
    }
  }

  Result<ClassMatch> Run() const {
    const bool labelled = std::any_of(
        classes_.begin(), classes_.end(),
        [this](const std::string& name) { return by_label_.count(name) > 0; });
    if (!labelled) {
      if (std::optional<ClassMatch> match = ByIndex()) return *match;
    }
    if (IsImageNetInOrder()) return InOrder();
    ClassMatch match;
    Names unknown;
    Names ambiguous;
    for (const std::string& name : classes_) {
      if (const auto label = by_label_.find(name); label != by_label_.end()) {
        match.map.push_back(label->second);
        continue;
      }
      const auto part = by_name_.find(Plain(name));
      if (part == by_name_.end()) {
        unknown.push_back(name);
        continue;
      }
      if (part->second == kAmbiguous) {
        ambiguous.push_back(name);
        continue;
      }
      match.map.push_back(part->second);
      if (match.note.empty()) {
        match.note = fmt::format(
            "classes are matched by parts of the model's labels, as \"{}\" to "
            "\"{}\"",
            name, labels_[static_cast<size_t>(part->second)]);
      }
    }
    if (!unknown.empty()) return Unknown(unknown, match.map);
    if (!ambiguous.empty()) {
      return FailedPreconditionError(fmt::format(
          "more than one of the model's labels is called as these of the "
          "data's classes: {}. Rename the class folders to whole labels",
          QuotedList(ambiguous)));
    }
    return match;
  }

 private:
  // As many sorted ids as ImageNet has, and labels that tell none.
  bool IsImageNetInOrder() const {
    return classes_.size() == kImageNetClasses &&
           labels_.size() == kImageNetClasses &&
           std::all_of(classes_.begin(), classes_.end(), IsWordNetId) &&
           std::is_sorted(classes_.begin(), classes_.end()) &&
           std::none_of(labels_.begin(), labels_.end(), StartsWithId);
  }

  ClassMatch InOrder() const {
    ClassMatch match;
    match.note =
        "classes are matched in the order of their WordNet ids, which is that "
        "of ImageNet's networks";
    for (size_t i = 0; i < classes_.size(); ++i) {
      match.map.push_back(static_cast<int32_t>(i));
    }
    return match;
  }

  std::optional<ClassMatch> ByIndex() const {
    ClassMatch match;
    match.note = "classes are matched by their numbers, from 0";
    for (const std::string& name : classes_) {
      size_t index = 0;
      const char* const end = name.data() + name.size();
      const auto [stop, error] = std::from_chars(name.data(), end, index);
      if (error != std::errc() || stop != end || index >= labels_.size()) {
        return std::nullopt;
      }
      match.map.push_back(static_cast<int32_t>(index));
    }
    return match;
  }

  // `known`: the labels of those that the model knows.
  Status Unknown(const Names& unknown,
                 const std::vector<int32_t>& known) const {
    std::vector<bool> used(labels_.size());
    for (const int32_t label : known) used[static_cast<size_t>(label)] = true;
    Names unused;
    for (size_t i = 0; i < labels_.size(); ++i) {
      if (!used[i]) unused.push_back(labels_[i]);
    }
    const bool ids = std::all_of(unknown.begin(), unknown.end(), IsWordNetId);
    return FailedPreconditionError(fmt::format(
        "the model does not know {} of the data's classes: {}.{} {}",
        unknown.size(), QuotedList(unknown),
        unused.empty() ? std::string()
                       : fmt::format(" It knows, but the data lacks: {}.",
                                     QuotedList(unused)),
        ids ? "Give the model labels with WordNet ids, a file (`labels_file`) "
              "of lines as \"n01440764 tench, Tinca tinca\""
            : "Rename the class folders to the model's labels, or fine-tune "
              "the model on this data"));
  }

  const Names& labels_;
  const Names& classes_;
  std::map<std::string, int32_t> by_label_;
  std::map<std::string, int32_t> by_name_;
};

}  // namespace

Result<ClassMatch> MatchClasses(const Names& model_labels,
                                int64_t model_classes,
                                const Names& data_classes) {
  if (!model_labels.empty()) return Matcher(model_labels, data_classes).Run();
  if (static_cast<int64_t>(data_classes.size()) != model_classes) {
    return FailedPreconditionError(fmt::format(
        "the data has {} classes and the model {}, and the model has no "
        "labels to match them by; use data with {} class folders in the "
        "model's order",
        data_classes.size(), model_classes, model_classes));
  }
  ClassMatch match;
  match.note = "the model has no labels: classes are matched in their order";
  for (size_t i = 0; i < data_classes.size(); ++i) {
    match.map.push_back(static_cast<int32_t>(i));
  }
  return match;
}

}  // namespace alexnet
