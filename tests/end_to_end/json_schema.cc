#include "tests/end_to_end/json_schema.h"

#include <algorithm>

namespace alexnet::testing {
namespace {

using Json = nlohmann::json;

bool IsOfType(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "integer") return value.is_number_integer();
  return type == "number" && value.is_number();
}

class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  std::string Check(const Json& schema, const Json& value,
                    const std::string& at) const {
    for (const auto& [keyword, rule] : schema.items()) {
      const std::string wrong = CheckOne(schema, keyword, rule, value, at);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

 private:
  std::string CheckOne(const Json& schema, const std::string& keyword,
                       const Json& rule, const Json& value,
                       const std::string& at) const {
    const auto fits = [&](bool sound) {
      return sound ? "" : at + ": " + keyword + " " + rule.dump();
    };
    if (keyword == "$ref") {
      const std::string path = rule.get<std::string>().substr(1);
      return Check(root_.at(Json::json_pointer(path)), value, at);
    }
    if (keyword == "type") {
      const Json types = rule.is_array() ? rule : Json::array({rule});
      return fits(std::any_of(types.begin(), types.end(), [&](const Json& t) {
        return IsOfType(value, t);
      }));
    }
    if (keyword == "const") return fits(value == rule);
    if (keyword == "enum") {
      return fits(std::find(rule.begin(), rule.end(), value) != rule.end());
    }
    if (keyword == "minimum") return fits(!value.is_number() || value >= rule);
    if (keyword == "maximum") return fits(!value.is_number() || value <= rule);
    if (keyword == "required") {
      return fits(!value.is_object() ||
                  std::all_of(rule.begin(), rule.end(), [&](const Json& name) {
                    return value.contains(name.get<std::string>());
                  }));
    }
    if (keyword == "items") return CheckItems(rule, value, at);
    if (keyword == "properties") return CheckProperties(rule, value, at);
    if (keyword == "additionalProperties") {
      return CheckNothingElse(schema, rule, value, at);
    }
    const bool no_rule = keyword == "$schema" || keyword == "$defs" ||
                         keyword == "title" || keyword == "description";
    return no_rule ? "" : at + ": unknown keyword " + keyword;
  }

  std::string CheckItems(const Json& rule, const Json& value,
                         const std::string& at) const {
    if (!value.is_array()) return "";
    for (size_t i = 0; i < value.size(); ++i) {
      const std::string wrong =
          Check(rule, value[i], at + "/" + std::to_string(i));
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

  std::string CheckProperties(const Json& rule, const Json& value,
                              const std::string& at) const {
    if (!value.is_object()) return "";
    for (const auto& [name, schema] : rule.items()) {
      if (!value.contains(name)) continue;
      const std::string wrong = Check(schema, value[name], at + "/" + name);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

  static std::string CheckNothingElse(const Json& schema, const Json& rule,
                                      const Json& value,
                                      const std::string& at) {
    if (rule == true || !value.is_object()) return "";
    for (const auto& [name, member] : value.items()) {
      if (!schema.at("properties").contains(name)) {
        return at + ": not described: " + name;
      }
    }
    return "";
  }

  const Json& root_;
};

}  // namespace

std::string Misfit(const Json& schema, const Json& document) {
  return Checker(schema).Check(schema, document, "");
}

}  // namespace alexnet::testing
