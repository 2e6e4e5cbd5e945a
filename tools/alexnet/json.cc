#include "tools/alexnet/json.h"

#include <nlohmann/json.hpp>

#include "tools/alexnet/printable.h"

namespace alexnet::cli {

using Document = nlohmann::ordered_json;

struct Json::Value {
  Document document;
};

Json::Json() : value_(std::make_unique<Value>()) {}
Json::Json(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
Json::Json(const Json& other) : Json(*other.value_) {}
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(Json other) noexcept {
  std::swap(value_, other.value_);
  return *this;
}
Json::~Json() = default;

Json::Json(const char* text) : Json(Value{text}) {}
Json::Json(std::string_view text) : Json(Value{text}) {}
Json::Json(const std::string& text) : Json(Value{text}) {}
Json::Json(bool value) : Json(Value{value}) {}
Json::Json(int32_t value) : Json(Value{value}) {}
Json::Json(int64_t value) : Json(Value{value}) {}
Json::Json(uint64_t value) : Json(Value{value}) {}
Json::Json(float value) : Json(Value{value}) {}
Json::Json(double value) : Json(Value{value}) {}
Json::Json(const std::vector<int64_t>& values) : Json(Value{values}) {}

Json Json::Object(std::initializer_list<Member> members) {
  Json object(Value{Document::object()});
  for (const auto& [name, value] : members) object.Set(name, value);
  return object;
}

Json Json::Array() { return Json(Value{Document::array()}); }

Json Json::Parse(const std::string& text) {
  return Json(Value{Document::parse(text)});
}

void Json::Set(const std::string& name, const Json& value) {
  value_->document[name] = value.value_->document;
}

void Json::Append(const Json& value) {
  value_->document.push_back(value.value_->document);
}

Json Json::At(const char* name) const {
  return Json(Value{value_->document.at(name)});
}

bool Json::Has(const char* name) const {
  return value_->document.contains(name);
}

std::vector<Json> Json::Elements() const {
  std::vector<Json> elements;
  for (const Document& element : value_->document) {
    elements.push_back(Json(Value{element}));
  }
  return elements;
}

bool Json::IsNull() const { return value_->document.is_null(); }
bool Json::IsNumber() const { return value_->document.is_number(); }
bool Json::Boolean() const { return value_->document.get<bool>(); }
std::string Json::Text() const { return value_->document.get<std::string>(); }
int64_t Json::Integer() const { return value_->document.get<int64_t>(); }
double Json::Number() const { return value_->document.get<double>(); }

std::string Json::Dump() const {
  return PrintableJson(
      value_->document.dump(2, ' ', false, Document::error_handler_t::replace));
}

std::string Json::Line() const {
  return PrintableJson(value_->document.dump(
      -1, ' ', false, Document::error_handler_t::replace));
}

}  // namespace alexnet::cli
