// Json: the documents that verbs print, and those that the library gives. The
// library that parses and writes them stays behind this, so that a verb is
// compiled without it.

#ifndef ALEXNET_TOOLS_ALEXNET_JSON_H_
#define ALEXNET_TOOLS_ALEXNET_JSON_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace alexnet::cli {

// A value of JSON. Members keep their order.
class Json {
 public:
  using Member = std::pair<const char*, Json>;

  Json();  // null
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(Json other) noexcept;
  ~Json();

  // Values.
  Json(const char* text);         // NOLINT: what stands in a document
  Json(const std::string& text);  // NOLINT
  Json(std::string_view text);    // NOLINT
  Json(bool value);               // NOLINT
  Json(int32_t value);            // NOLINT
  Json(int64_t value);            // NOLINT
  Json(uint64_t value);           // NOLINT
  Json(float value);              // NOLINT
  Json(double value);             // NOLINT
  Json(const std::vector<int64_t>& values);  // NOLINT
  static Json Object(std::initializer_list<Member> members = {});
  static Json Array();
  // Of a text that the library gave; throws std::exception.
  static Json Parse(const std::string& text);

  // Sets a member of an object.
  void Set(const std::string& name, const Json& value);
  // Appends to an array.
  void Append(const Json& value);

  // What is not there, or of another type, throws std::exception.
  Json At(const char* name) const;
  bool Has(const char* name) const;
  bool IsNull() const;
  bool IsNumber() const;
  std::vector<Json> Elements() const;
  bool Boolean() const;
  std::string Text() const;
  int64_t Integer() const;
  double Number() const;

  // Indented. Strings that are not UTF-8 (file names may be any bytes) are
  // repaired, and what plays tricks on a terminal is escaped.
  std::string Dump() const;
  // The same in one line.
  std::string Line() const;

 private:
  struct Value;
  explicit Json(Value value);

  std::unique_ptr<Value> value_;
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_JSON_H_
