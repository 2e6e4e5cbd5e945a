#include "core/base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/utf8.h"

namespace alexnet {
namespace {

void AppendUtf8(uint32_t point, std::string* to) {
  const auto put = [to](uint32_t byte) {
    to->push_back(static_cast<char>(byte));
  };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      put(0xE0 | point >> 12);
    } else {
      put(0xF0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3F));
    }
    put(0x80 | (point >> 6 & 0x3F));
  }
  put(0x80 | (point & 0x3F));
}

void WriteText(std::string_view text, std::string* to) {
  constexpr char kHex[] = "0123456789abcdef";
  constexpr std::string_view kShort = "\b\f\n\r\t\"\\";
  constexpr std::string_view kLetters = "bfnrt\"\\";
  to->push_back('"');
  while (!text.empty()) {
    const size_t length = FirstCharacter(text).bytes;
    const char first = text.front();
    if (length == 0) {
      to->append("\xEF\xBF\xBD");
    } else if (const size_t at = kShort.find(first);
               at != std::string_view::npos) {
      to->push_back('\\');
      to->push_back(kLetters[at]);
    } else if (static_cast<uint8_t>(first) < 0x20) {
      to->append("\\u00");
      to->push_back(kHex[first >> 4]);
      to->push_back(kHex[first & 15]);
    } else {
      to->append(text.substr(0, length));
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  to->push_back('"');
}

template <typename T>
void WriteNumber(T number, std::string* to) {
  std::array<char, 32> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number);
  to->append(text.data(), end.ptr);
}

// As short as gives the number again, with a point or an exponent.
void WriteReal(double number, std::string* to) {
  if (!std::isfinite(number)) {
    to->append("null");
    return;
  }
  const double size = std::abs(number);
  const bool plain = number == 0 || (size >= 1e-5 && size < 1e15);
  std::array<char, 64> text;
  const auto end = std::to_chars(
      text.data(), text.data() + text.size(), number,
      plain ? std::chars_format::fixed : std::chars_format::scientific);
  const std::string_view written(text.data(),
                                 static_cast<size_t>(end.ptr - text.data()));
  to->append(written);
  if (plain && written.find('.') == std::string_view::npos) to->append(".0");
}

class Parser {
 public:
  explicit Parser(std::string_view text) : left_(text) {}

  const std::string& why() const { return why_; }

  bool All(Json* to) {
    if (!Value(0, to)) return false;
    SkipSpace();
    return left_.empty();
  }

 private:
  static constexpr int kMaxDepth = 256;

  void SkipSpace() {
    left_.remove_prefix(
        std::min(left_.find_first_not_of(" \t\r\n"), left_.size()));
  }

  bool Next(std::string_view word) {
    if (left_.substr(0, word.size()) != word) return false;
    left_.remove_prefix(word.size());
    return true;
  }

  bool Value(int depth, Json* to) {
    SkipSpace();
    if (left_.empty()) return false;
    if (depth > kMaxDepth) {
      why_ = "is nested too deeply";
      return false;
    }
    switch (left_.front()) {
      case '{':
        return Object(depth, to);
      case '[':
        return Array(depth, to);
      case '"': {
        std::string text;
        if (!Text(&text)) return false;
        *to = std::move(text);
        return true;
      }
      case 't':
        *to = true;
        return Next("true");
      case 'f':
        *to = false;
        return Next("false");
      case 'n':
        *to = Json();
        return Next("null");
      default:
        return Number(to);
    }
  }

  // After an element: whether another one follows; `*more` is false at `end`.
  bool Separator(std::string_view end, bool* more) {
    SkipSpace();
    *more = Next(",");
    return *more || Next(end);
  }

  bool Array(int depth, Json* to) {
    left_.remove_prefix(1);
    *to = Json::Array();
    SkipSpace();
    if (Next("]")) return true;
    for (bool more = true; more;) {
      Json element;
      if (!Value(depth + 1, &element) || !Separator("]", &more)) return false;
      to->Append(std::move(element));
    }
    return true;
  }

  bool Object(int depth, Json* to) {
    left_.remove_prefix(1);
    *to = Json::Object();
    SkipSpace();
    if (Next("}")) return true;
    Json::Members members;
    for (bool more = true; more;) {
      std::pair<std::string, Json> member;
      SkipSpace();
      if (!Text(&member.first)) return false;
      SkipSpace();
      if (!Next(":") || !Value(depth + 1, &member.second) ||
          !Separator("}", &more)) {
        return false;
      }
      members.push_back(std::move(member));
    }
    if (!AllDiffer(members)) return false;
    *to = Json::Object(std::move(members));
    return true;
  }

  bool AllDiffer(const Json::Members& members) {
    std::vector<std::string_view> names;
    names.reserve(members.size());
    for (const auto& member : members) names.push_back(member.first);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end()) return true;
    why_ = "has \"" + std::string(*twice) + "\" twice";
    return false;
  }

  bool Text(std::string* to) {
    if (!Next("\"")) return false;
    while (!left_.empty()) {
      if (Next("\"")) return true;
      if (Next("\\")) {
        if (!Escape(to)) return false;
        continue;
      }
      const size_t length = FirstCharacter(left_).bytes;
      if (length == 0 || static_cast<uint8_t>(left_.front()) < 0x20) {
        return false;
      }
      to->append(left_.substr(0, length));
      left_.remove_prefix(length);
    }
    return false;
  }

  bool Escape(std::string* to) {
    constexpr std::string_view kLetters = "bfnrt\"\\/";
    constexpr std::string_view kMeant = "\b\f\n\r\t\"\\/";
    if (left_.empty()) return false;
    const char letter = left_.front();
    left_.remove_prefix(1);
    if (const size_t at = kLetters.find(letter); at != std::string_view::npos) {
      to->push_back(kMeant[at]);
      return true;
    }
    uint32_t point = 0;
    if (letter != 'u' || !FourDigits(&point)) return false;
    if (point >= 0xDC00 && point <= 0xDFFF) return false;
    if (point >= 0xD800 && point <= 0xDBFF) {
      uint32_t low = 0;
      if (!Next("\\u") || !FourDigits(&low) || low < 0xDC00 || low > 0xDFFF) {
        return false;
      }
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(point, to);
    return true;
  }

  bool FourDigits(uint32_t* number) {
    const std::string_view digits = left_.substr(0, 4);
    const auto [end, error] = std::from_chars(
        digits.data(), digits.data() + digits.size(), *number, 16);
    if (error != std::errc() || end != digits.data() + 4) return false;
    left_.remove_prefix(4);
    return true;
  }

  size_t Digits(size_t at) const {
    size_t end = at;
    while (end < left_.size() && left_[end] >= '0' && left_[end] <= '9') ++end;
    return end - at;
  }

  // -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
  bool Number(Json* to) {
    const bool negative = left_.front() == '-';
    size_t end = negative ? 1 : 0;
    const size_t whole = Digits(end);
    if (whole == 0 || (whole > 1 && left_[end] == '0')) return false;
    end += whole;
    bool real = false;
    if (end < left_.size() && left_[end] == '.') {
      const size_t digits = Digits(end + 1);
      if (digits == 0) return false;
      end += 1 + digits;
      real = true;
    }
    if (end < left_.size() && (left_[end] == 'e' || left_[end] == 'E')) {
      ++end;
      if (end < left_.size() && (left_[end] == '+' || left_[end] == '-')) ++end;
      const size_t digits = Digits(end);
      if (digits == 0) return false;
      end += digits;
      real = true;
    }
    const std::string_view text = left_.substr(0, end);
    left_.remove_prefix(end);
    if (!real && negative) {
      if (Read<int64_t>(text, to)) return true;
    } else if (!real && Read<uint64_t>(text, to)) {
      return true;
    }
    return Read<double>(text, to);  // a whole number that is too large, too
  }

  template <typename T>
  static bool Read(std::string_view text, Json* to) {
    T number{};
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return false;
    *to = number;
    return true;
  }

  std::string_view left_;
  std::string why_ = "is no JSON";
};

}  // namespace

Json Json::Member::value() const {
  return make_ != nullptr ? make_(value_) : Json(members_);
}

// Here, where the class is whole: clang asks for it before.
Json::Json() = default;

Json::Json(std::initializer_list<Member> members) {
  Members made;
  made.reserve(members.size());
  for (const Member& member : members) {
    made.emplace_back(std::string(member.name()), member.value());
  }
  type_ = Type::kObject;
  members_ = std::move(made);
}

std::optional<Json> Json::Parse(std::string_view text, std::string* why) {
  Json parsed;
  Parser parser(text);
  if (parser.All(&parsed)) return parsed;
  if (why != nullptr) *why = parser.why();
  return std::nullopt;
}

const Json* Json::Find(std::string_view name) const {
  const auto found =
      std::find_if(members_.begin(), members_.end(),
                   [name](const auto& member) { return member.first == name; });
  return found == members_.end() ? nullptr : &found->second;
}

const Json& Json::at(std::string_view name) const {
  const Json* found = Find(name);
  if (found == nullptr) {
    throw JsonError("there is no \"" + std::string(name) + "\"");
  }
  return *found;
}

const Json& Json::at(size_t index) const {
  if (index >= elements().size()) Wrong("a longer array");
  return elements()[index];
}

void Json::Wrong(const char* what) {
  throw JsonError(std::string("a value is not ") + what);
}

double Json::Number() const {
  if (type_ == Type::kUnsigned) return static_cast<double>(unsigned_);
  if (type_ == Type::kInteger) return static_cast<double>(integer_);
  Expect(Type::kReal, "a number");
  return real_;
}

Json& Json::operator[](std::string_view name) {
  if (is_null()) type_ = Type::kObject;
  Expect(Type::kObject, "an object");
  for (auto& member : members_) {
    if (member.first == name) return member.second;
  }
  return members_.emplace_back(std::string(name), Json()).second;
}

void Json::Append(Json value) {
  if (is_null()) type_ = Type::kArray;
  Expect(Type::kArray, "an array");
  elements_.push_back(std::move(value));
}

std::string Json::Text(int indent) const {
  std::string text;
  Write(indent, 0, &text);
  return text;
}

void Json::Write(int indent, int depth, std::string* to) const {
  const auto new_line = [&](int level) {
    if (indent < 0) return;
    to->push_back('\n');
    to->append(static_cast<size_t>(indent) * static_cast<size_t>(level), ' ');
  };
  const auto list = [&](const auto& parts, std::string_view brackets,
                        const auto& part) {
    to->push_back(brackets[0]);
    for (size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) to->push_back(',');
      new_line(depth + 1);
      part(parts[i]);
    }
    if (!parts.empty()) new_line(depth);
    to->push_back(brackets[1]);
  };
  switch (type_) {
    case Type::kNull:
      to->append("null");
      break;
    case Type::kBoolean:
      to->append(boolean_ ? "true" : "false");
      break;
    case Type::kInteger:
      WriteNumber(integer_, to);
      break;
    case Type::kUnsigned:
      WriteNumber(unsigned_, to);
      break;
    case Type::kReal:
      WriteReal(real_, to);
      break;
    case Type::kText:
      WriteText(text_, to);
      break;
    case Type::kArray:
      list(elements_, "[]",
           [&](const Json& element) { element.Write(indent, depth + 1, to); });
      break;
    case Type::kObject:
      list(members_, "{}", [&](const auto& member) {
        WriteText(member.first, to);
        to->append(indent < 0 ? ":" : ": ");
        member.second.Write(indent, depth + 1, to);
      });
      break;
  }
}

}  // namespace alexnet
