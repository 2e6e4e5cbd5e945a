#include "tools/convert/library/label_forms.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {
namespace {

using Json = nlohmann::ordered_json;
using Numbered = std::vector<std::pair<size_t, std::string>>;

constexpr std::string_view kSpace = " \t\r\n";
constexpr int kMaxDepth = 3;  // a dict of pairs

// Python's literals of dicts, lists, tuples, texts and whole numbers, as JSON.
class PythonReader {
 public:
  explicit PythonReader(std::string_view text) : text_(text), rest_(text) {}

  Json Read() {
    Json value = Value(0);
    Skip();
    if (!rest_.empty()) Fail("something follows its end");
    return value;
  }

 private:
  void Skip() {
    rest_.remove_prefix(
        std::min(rest_.find_first_not_of(kSpace), rest_.size()));
  }

  bool Take(char c) {
    Skip();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  [[noreturn]] void Fail(std::string_view what) const {
    const std::string_view read = text_.substr(0, text_.size() - rest_.size());
    throw Invalid(
        "labels",
        fmt::format("line {}: begins as a dict of Python's or JSON, "
                    "but {}",
                    1 + std::count(read.begin(), read.end(), '\n'), what));
  }

  Json Value(int depth) {
    if (depth == kMaxDepth) Fail("it is nested too deeply");
    Skip();
    if (rest_.empty()) Fail("it ends too early");
    if (Take('{')) return Dict(depth);
    if (Take('[')) return List(']', depth);
    if (Take('(')) return List(')', depth);
    if (rest_.starts_with("u'") || rest_.starts_with("u\"")) {
      rest_.remove_prefix(1);  // a text of Python 2
    }
    if (rest_.front() == '\'' || rest_.front() == '"') return Text();
    size_t number = 0;
    const auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc()) Fail("there is neither a text nor a number");
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return number;
  }

  Json Dict(int depth) {
    Json dict = Json::object();
    while (!Take('}')) {
      const Json key = Value(depth + 1);
      if (!Take(':')) Fail("a colon is missing");
      const std::string name =
          key.is_string() ? key.get<std::string>() : key.dump();
      if (dict.contains(name)) Fail("\"" + name + "\" is there twice");
      dict[name] = Value(depth + 1);
      if (!Take(',') && !rest_.starts_with('}')) Fail("a comma is missing");
    }
    return dict;
  }

  Json List(char end, int depth) {
    Json list = Json::array();
    while (!Take(end)) {
      list.push_back(Value(depth + 1));
      if (!Take(',') && !rest_.starts_with(end)) Fail("a comma is missing");
    }
    return list;
  }

  Json Text() {
    const char quote = rest_.front();
    rest_.remove_prefix(1);
    std::string text;
    while (!rest_.starts_with(quote)) {
      if (rest_.starts_with('\\')) rest_.remove_prefix(1);
      if (rest_.empty()) Fail("a text does not end");
      text += rest_.front();
      rest_.remove_prefix(1);
    }
    rest_.remove_prefix(1);
    return text;
  }

  std::string_view text_;
  std::string_view rest_;
};

// A label, or a WordNet id and a label.
std::string NameOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string name;
  if (value.is_array()) {
    for (const Json& part : value) {
      if (!part.is_string()) throw Invalid("labels", "has a list of no texts");
      name += (name.empty() ? "" : " ") + part.get<std::string>();
    }
  }
  if (!name.empty()) return name;
  throw Invalid("labels", "has a class that is called by no text");
}

std::optional<size_t> NumberIn(std::string_view text) {
  size_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

// In the order of the numbers, where these are 0 to n - 1; otherwise the first
// that is missing is put into `missing`.
std::vector<std::string> InOrder(Numbered numbered, size_t* missing) {
  std::sort(numbered.begin(), numbered.end());
  std::vector<std::string> labels;
  for (auto& [number, name] : numbered) {
    if (number != labels.size()) {
      *missing = labels.size();
      return {};
    }
    labels.push_back(std::move(name));
  }
  return labels;
}

std::vector<std::string> LabelsOf(const Json& json) {
  std::vector<std::string> labels;
  if (json.is_array()) {
    for (const Json& value : json) labels.push_back(NameOf(value));
    return labels;
  }
  Numbered numbered;
  for (const auto& [key, value] : json.items()) {
    if (value.is_number_unsigned()) {
      numbered.emplace_back(value.get<size_t>(), key);
      continue;
    }
    const std::optional<size_t> number = NumberIn(key);
    if (!number) {
      throw Invalid("labels", "has the key \"" + key +
                                  "\", which is no number of a class");
    }
    numbered.emplace_back(*number, NameOf(value));
  }
  size_t missing = 0;
  const size_t count = numbered.size();
  labels = InOrder(std::move(numbered), &missing);
  if (labels.size() == count) return labels;
  throw Invalid("labels", fmt::format("names {} classes, but none of number "
                                      "{}, or one twice; they are numbered "
                                      "from 0",
                                      count, missing));
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    std::replace(lines.back().begin(), lines.back().end(), '\t', ' ');
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// The lines without their numbers, in the order of these; nothing where that is
// not what the numbers are for.
std::optional<std::vector<std::string>> ByNumbers(
    const std::vector<std::string>& lines, bool in_front) {
  constexpr std::string_view kBetween = " :,";
  Numbered numbered;
  std::set<std::string_view> names;
  for (const std::string_view line : lines) {
    const size_t cut =
        in_front ? line.find_first_of(kBetween) : line.find_last_of(kBetween);
    if (cut == std::string_view::npos) return std::nullopt;
    std::string_view number = line.substr(0, cut);
    std::string_view name = line.substr(cut + 1);
    if (!in_front) std::swap(number, name);
    const std::optional<size_t> value = NumberIn(number);
    const size_t begin = name.find_first_not_of(kBetween);
    if (!value || begin == std::string_view::npos) return std::nullopt;
    name = name.substr(begin, name.find_last_not_of(kBetween) + 1 - begin);
    if (!names.insert(name).second) return std::nullopt;
    numbered.emplace_back(*value, name);
  }
  size_t missing = 0;
  std::vector<std::string> labels = InOrder(std::move(numbered), &missing);
  if (labels.size() != lines.size()) return std::nullopt;
  return labels;
}

}  // namespace

LabelList LabelsIn(std::string_view text) {
  const size_t first = text.find_first_not_of(kSpace);
  const char begin = first == std::string_view::npos ? ' ' : text[first];
  if (begin == '{' || begin == '[') {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() && begin == '{') json = PythonReader(text).Read();
    if (!json.is_discarded()) return {LabelsOf(json), false};
    try {
      return {LabelsOf(PythonReader(text).Read()), false};
    } catch (const Error&) {
      // A label may begin so.
    }
  }
  std::vector<std::string> lines = Lines(text);
  for (const bool in_front : {false, true}) {
    std::optional<std::vector<std::string>> labels = ByNumbers(lines, in_front);
    if (labels && !lines.empty()) return {*std::move(labels), true};
  }
  return {std::move(lines), true};
}

}  // namespace alexnet::convert
