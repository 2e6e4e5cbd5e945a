// Java's objects to C's structs, and back.

#include <stdexcept>

#include "tools/build/options/emit.h"
#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

// How an object of optional settings is read: boxed numbers.
std::string BoxedRead(const Option& option, const std::string& from) {
  const std::string name = "\"" + CamelCase(option.name) + "\"";
  switch (option.type) {
    case Type::kInt:
      return from + ".BoxedInt(" + name + ")";
    case Type::kFloat:
      return from + ".BoxedFloat(" + name + ")";
    case Type::kBool:
      return from + ".BoxedBool(" + name + ")";
    default:
      throw std::runtime_error(option.name + " has no type there");
  }
}

std::string Read(const Option& option, const std::string& from) {
  const std::string name = "\"" + CamelCase(option.name) + "\"";
  switch (option.type) {
    case Type::kInt:
      return from + ".Int(" + name + ")";
    case Type::kLong:
      return from + ".Long(" + name + ")";
    case Type::kSeed:
      return "static_cast<uint64_t>(" + from + ".Long(" + name + "))";
    case Type::kFloat:
      return from + ".Float(" + name + ")";
    case Type::kDouble:
      return from + ".Double(" + name + ")";
    case Type::kBool:
      return from + ".Bool(" + name + ")";
    case Type::kText:
    case Type::kPath:
      return from + ".Text(" + name + ")";
    default:
      throw std::runtime_error(option.name + " has no type there");
  }
}

bool ByHand(const Option& option) {
  switch (option.type) {
    case Type::kContext:
    case Type::kTexts:
    case Type::kPath:
    case Type::kProgress:
      return true;
    default:
      return !option.java || !option.java_type.empty();
  }
}

std::string ReadAll(const Group& group, const Request& request) {
  const bool some = request.GetOr("given", "all") == "some";
  const std::string& from = request.Get("from");
  const std::string& to = request.Get("to");
  std::string text;
  for (const Option& option : group.options) {
    if (ByHand(option)) continue;
    const std::string target = to + "." + option.name;
    const std::string name = "\"" + CamelCase(option.name) + "\"";
    if (option.type == Type::kStruct) {
      text += target + " = Read" + PascalCase(option.of) + "(env, " + from +
              ", " + name + ");\n";
    } else if (option.type == Type::kEnum) {
      text += target + " = " + from + ".Code(" + name + ", \"" +
              option.choices->name + "\");\n";
    } else if (option.type == Type::kFloats && option.elements != 0) {
      text += "Copy(" + from + ".FloatArray(" + name + "), " + target + ");\n";
    } else if (option.type == Type::kFloats) {
      const std::string kept = option.name + "_";
      text += kept + " = " + from + ".FloatArray(" + name + ");\n" + target +
              " = " + kept + ".data();\n" + to + "." + CountOf(option) + " = " +
              kept + ".size();\n";
    } else {
      text += target + " = " +
              (some ? BoxedRead(option, from) : Read(option, from)) + ";\n";
    }
  }
  return text;
}

// Calls the setters of an object, `to`, of what C has in `from`.
std::string Make(const Group& group, const Request& request) {
  const std::string& from = request.Get("from");
  const std::string& to = request.Get("to");
  std::string text;
  for (const Option& option : group.options) {
    if (ByHand(option)) continue;
    const std::string name = "\"" + CamelCase(option.name) + "\"";
    const std::string value = from + "." + option.name;
    switch (option.type) {
      case Type::kStruct:
        text += to + ".Take(" + name + ", \"" + PascalCase(option.of) +
                "\", New" + PascalCase(option.of) + "(env, " + value + "));\n";
        break;
      case Type::kEnum:
        text += to + ".Enum(" + name + ", \"" + option.choices->name + "\", " +
                value + ");\n";
        break;
      case Type::kFloats:
        text += to + ".Floats(" + name + ", " + value + ", " +
                (option.elements != 0 ? std::to_string(option.elements)
                                      : from + "." + CountOf(option)) +
                ");\n";
        break;
      case Type::kFloat:
        text += to + ".Float(" + name + ", " + value + ");\n";
        break;
      case Type::kBool:
        text += to + ".Bool(" + name + ", " + value + ");\n";
        break;
      case Type::kInt:
        text += to + ".Int(" + name + ", " + value + ");\n";
        break;
      case Type::kLong:
        text += to + ".Long(" + name + ", " + value + ");\n";
        break;
      default:
        throw std::runtime_error(option.name + " has no type there");
    }
  }
  return text;
}

}  // namespace

void AddJniEmitters(Emitters* emitters) {
  emitters->of_groups["jni.read"] = ReadAll;
  emitters->of_groups["jni.make"] = Make;
}

}  // namespace alexnet::options
