#include "tools/build/options/emit.h"

#include <stdexcept>

#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

const Emitters& All() {
  static const Emitters kAll = [] {
    Emitters emitters;
    AddCoreEmitters(&emitters);
    AddSchemaEmitters(&emitters);
    AddLayerEmitters(&emitters);
    AddCEmitters(&emitters);
    AddCapiEmitters(&emitters);
    AddCliEmitters(&emitters);
    AddJavaEmitters(&emitters);
    AddJniEmitters(&emitters);
    AddRustEmitters(&emitters);
    return emitters;
  }();
  return kAll;
}

template <typename T>
const T& Find(const std::vector<const T*>& all, const std::string& name) {
  std::string names;
  for (const T* each : all) {
    if (each->name == name) return *each;
    names += " " + each->name;
  }
  throw std::runtime_error("there is no \"" + name + "\"; there are:" + names);
}

}  // namespace

const std::string& Request::Get(const std::string& name) const {
  const auto found = arguments.find(name);
  if (found == arguments.end()) {
    throw std::runtime_error(emitter + " needs " + name + "=...");
  }
  return found->second;
}

std::string Request::GetOr(const std::string& name,
                           const std::string& other) const {
  const auto found = arguments.find(name);
  return found != arguments.end() ? found->second : other;
}

std::string Emit(const Request& request) {
  const auto of_enums = All().of_enums.find(request.emitter);
  if (of_enums != All().of_enums.end()) {
    return of_enums->second(Find(Enums(), request.subject), request);
  }
  const auto of_groups = All().of_groups.find(request.emitter);
  if (of_groups != All().of_groups.end()) {
    return of_groups->second(Find(Groups(), request.subject), request);
  }
  throw std::runtime_error("there is no emitter \"" + request.emitter + "\"");
}

std::string RangeText(const Option& option) {
  // Beyond this a bound keeps overflow away and tells a person nothing.
  constexpr double kTellsNothing = 1e9;
  if (option.most.empty()) return "";
  const std::string unit = option.unit.empty() ? "" : " " + option.unit;
  const std::string least = NumberText(option.least);
  const std::string most = NumberText(option.most);
  if (std::stod(Replaced(most, ",", "")) < kTellsNothing) {
    return least + " to " + most + unit;
  }
  return least == "0" ? "" : "at least " + least + unit;
}

std::string DefaultText(const Option& option) {
  if (!option.by_default.empty()) return option.by_default;
  // What starts with 0 leaves the default to the library.
  const bool open = option.given.empty() || option.given == "0" ||
                    option.given.starts_with("0.0");
  const std::string& value = open ? option.value : option.given;
  if (option.type == Type::kBool || value.empty()) return "";
  if (option.type == Type::kEnum || option.type == Type::kText) return value;
  return NumberText(value);
}

std::string Documented(const Option& option) {
  const std::string range = RangeText(option);
  return option.sentence + (range.empty() ? "" : "; " + range) +
         (option.zero.empty() ? "" : "; 0: " + option.zero);
}

std::string SentenceOf(const Enum& of) {
  return of.sentence + "." + (of.more.empty() ? "" : " " + of.more + ".");
}

std::string More(const Option& option) {
  return option.more.empty() ? "" : " " + option.more + ".";
}

std::string PlaceOf(const Option& option) {
  return option.core.empty() ? option.name : option.core;
}

std::string NestOf(const Option& option) {
  const std::string place = PlaceOf(option);
  const size_t dot = place.rfind('.');
  return dot == std::string::npos ? "" : place.substr(0, dot);
}

bool BeginsNest(const Group& group, const Option& option) {
  for (const Option& other : group.options) {
    if (other.engine && NestOf(other) == NestOf(option)) {
      return &other == &option;
    }
  }
  return false;
}

std::string MemberOf(const Option& option) {
  const std::string place = PlaceOf(option);
  return place.substr(place.rfind('.') + 1);
}

std::string CountOf(const Option& option) {
  const std::string& name = option.name;
  return (name.back() == 's' ? name.substr(0, name.size() - 1) : name) +
         "_count";
}

std::string ChoiceName(const Choice& choice) {
  return choice.camel.empty() ? PascalCase(choice.name) : choice.camel;
}

}  // namespace alexnet::options
