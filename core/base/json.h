// Json: a value of JSON, made, written and parsed.
//
// Unlike that of a library, its destructor needs no memory, so that a document
// can be given up when memory has run out. Members of an object keep their
// order.

#ifndef ALEXNET_CORE_BASE_JSON_H_
#define ALEXNET_CORE_BASE_JSON_H_

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alexnet {

// Of accessors: a value of another type, or that is not there. The engine's
// readers catch it where they know the file.
class JsonError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Json {
 public:
  // A name and a value, or the members of an object, in braces. Borrows both.
  class Member {
   public:
    template <typename T>
    Member(std::string_view name, const T& value)  // NOLINT: as in a document
        : name_(name), value_(&value), make_(Make<T>) {}
    Member(std::string_view name, std::initializer_list<Member> members)
        : name_(name), members_(members) {}

    std::string_view name() const { return name_; }
    Json value() const;

   private:
    template <typename T>
    static Json Make(const void* value) {
      return Json(*static_cast<const T*>(value));
    }

    std::string_view name_;
    const void* value_ = nullptr;
    Json (*make_)(const void*) = nullptr;  // null: of members_
    std::initializer_list<Member> members_;
  };
  using Elements = std::vector<Json>;
  using Members = std::vector<std::pair<std::string, Json>>;

  Json();                                                       // null
  Json(bool value) : type_(Type::kBoolean), boolean_(value) {}  // NOLINT
  Json(const char* text) : Json(std::string(text)) {}           // NOLINT
  Json(std::string text)                                        // NOLINT
      : type_(Type::kText), text_(std::move(text)) {}
  Json(std::string_view text) : Json(std::string(text)) {}  // NOLINT
  template <std::signed_integral T>
  Json(T value)  // NOLINT
      : type_(Type::kInteger), integer_(value) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) Json(T value)  // NOLINT
      : type_(Type::kUnsigned), unsigned_(value) {}
  template <std::floating_point T>
  Json(T value)  // NOLINT
      : type_(Type::kReal), real_(value) {}
  // Vectors and arrays.
  template <std::ranges::range T>
  requires(!std::same_as<T, Json> && !std::convertible_to<T, std::string_view>)
      Json(const T& values)  // NOLINT
      : type_(Type::kArray), elements_(values.begin(), values.end()) {}
  // An object: {{"name", value}, {"other", {{"inner", value}}}}.
  Json(std::initializer_list<Member> members);

  static Json Array() { return Json(Type::kArray); }
  static Json Object(Members members = {}) {
    Json json(Type::kObject);
    json.members_ = std::move(members);
    return json;
  }
  // Nothing of what is no JSON text, is nested more than 256 deep, or names a
  // member of an object twice; then `why`, if not null, says which. Takes n log
  // n of the text's length.
  static std::optional<Json> Parse(std::string_view text,
                                   std::string* why = nullptr);

  bool is_null() const { return type_ == Type::kNull; }
  bool is_string() const { return type_ == Type::kText; }
  bool is_integer() const {
    return type_ == Type::kInteger || type_ == Type::kUnsigned;
  }
  bool is_array() const { return type_ == Type::kArray; }
  bool is_object() const { return type_ == Type::kObject; }

  // Null where this is no object or has no such member. Looks at one after
  // another.
  const Json* Find(std::string_view name) const;
  // Throw JsonError.
  const Json& at(std::string_view name) const;
  const Json& at(size_t index) const;
  const Elements& elements() const {
    Expect(Type::kArray, "an array");
    return elements_;
  }
  const Members& members() const {
    Expect(Type::kObject, "an object");
    return members_;
  }
  // A number, text, truth value, or a vector or array of these. A number that T
  // cannot hold is an error.
  template <typename T>
  T Get() const {
    T value{};
    Take(&value);
    return value;
  }

  // A member, made where there is none. Of an object or null.
  Json& operator[](std::string_view name);
  // To an array or null.
  void Append(Json value);

  // On lines indented by `indent` a level; below 0: in one line. What is not
  // UTF-8 is replaced by U+FFFD, a number that is not finite by null.
  std::string Text(int indent) const;

 private:
  // Not a std::variant, whose copy did not bear running out of memory with
  // GCC 12.
  enum class Type : int8_t {
    kNull,
    kBoolean,
    kInteger,
    kUnsigned,
    kReal,
    kText,
    kArray,
    kObject
  };
  explicit Json(Type type) : type_(type) {}
  void Expect(Type type, const char* what) const {
    if (type_ != type) Wrong(what);
  }
  [[noreturn]] static void Wrong(const char* what);

  void Take(bool* to) const {
    Expect(Type::kBoolean, "true or false");
    *to = boolean_;
  }
  void Take(std::string* to) const {
    Expect(Type::kText, "a text");
    *to = text_;
  }
  template <std::integral T>
  void Take(T* to) const {
    if (!is_integer()) Wrong("a whole number");
    const bool fits = type_ == Type::kUnsigned ? std::in_range<T>(unsigned_)
                                               : std::in_range<T>(integer_);
    if (!fits) Wrong("a number in range");
    *to = type_ == Type::kUnsigned ? static_cast<T>(unsigned_)
                                   : static_cast<T>(integer_);
  }
  template <std::floating_point T>
  void Take(T* to) const {
    *to = static_cast<T>(Number());
  }
  template <typename T>
  void Take(std::vector<T>* to) const {
    for (const Json& element : elements()) to->push_back(element.Get<T>());
  }
  template <typename T, size_t kSize>
  void Take(std::array<T, kSize>* to) const {
    if (elements().size() != kSize) Wrong("an array of another length");
    for (size_t i = 0; i < kSize; ++i) (*to)[i] = at(i).Get<T>();
  }
  double Number() const;
  void Write(int indent, int depth, std::string* to) const;

  Type type_ = Type::kNull;
  // One of these, or none.
  bool boolean_ = false;
  int64_t integer_ = 0;
  uint64_t unsigned_ = 0;
  double real_ = 0;
  std::string text_;
  Elements elements_;
  Members members_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_JSON_H_
