// Java's classes of options and its enums.

#include <stdexcept>

#include "tools/build/options/emit.h"
#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

std::string Javadoc(const std::string& text, const std::string& indent) {
  std::string line = indent + "/** " + text + " */\n";
  if (line.size() <= 101) return line;
  return indent + "/**\n" + Wrapped(text, indent + " * ", 100) + indent +
         " */\n";
}

std::string TypeOf(const Option& option, bool boxed) {
  if (!option.java_type.empty()) return option.java_type;
  switch (option.type) {
    case Type::kInt:
      return boxed ? "Integer" : "int";
    case Type::kLong:
    case Type::kSeed:
      return boxed ? "Long" : "long";
    case Type::kFloat:
      return boxed ? "Float" : "float";
    case Type::kDouble:
      return boxed ? "Double" : "double";
    case Type::kBool:
      return boxed ? "Boolean" : "boolean";
    case Type::kEnum:
      return option.choices->name;
    case Type::kFloats:
      return "float[]";
    case Type::kText:
      return "String";
    case Type::kPath:
      return "Path";
    case Type::kContext:
      return "Context";
    case Type::kTexts:
      return "List<String>";
    case Type::kStruct:
      return PascalCase(option.of);
    default:
      throw std::runtime_error(option.name + " has no type in Java");
  }
}

// Sentences speak of `size`; Javadoc of {@code size}.
std::string Code(std::string text) {
  size_t at = 0;
  while ((at = text.find('`', at)) != std::string::npos) {
    const size_t end = text.find('`', at + 1);
    const std::string code =
        "{@code " + CamelCase(text.substr(at + 1, end - at - 1)) + "}";
    text.replace(at, end - at + 1, code);
    at += code.size();
  }
  return text;
}

std::string Sentence(const Option& option, bool with_default) {
  std::string text = Code(Documented(option));
  const std::string value = DefaultText(option);
  if (with_default && !value.empty() && value != "0" && value != "0.0") {
    text += "; by default " + Code(value);
  }
  text += ".";
  return option.more.empty() ? text : text + " " + Code(option.more) + ".";
}

// An older jar goes on with what a newer library gives.
constexpr char kUnknown[] =
    "One that a newer library gave, unknown here; refused where it is given";

// With of=yes values come from the library, too.
std::string EnumText(const Enum& of, const Request& request) {
  std::string text =
      Javadoc(Code(SentenceOf(of)), "") + "public enum " + of.name + " {\n";
  // Where 0 leaves the choice open, others count from 1.
  int number = of.open.empty() ? 0 : 1;
  const std::string first = of.choices.front().name;
  const auto add = [&](const std::string& sentence, const std::string& name,
                       int code) {
    text += Javadoc(Code(sentence) + ".", "  ") + "  " + UpperCase(name) + "(" +
            std::to_string(code) + ")";
  };
  if (!of.open.empty() && request.GetOr("open", "no") == "yes") {
    add(of.open, "DEFAULT", 0);
    text += ",\n";
  }
  for (const Choice& choice : of.choices) {
    if (choice.name != first) text += ",\n";
    add(choice.sentence, choice.name, number++);
  }
  const bool read = request.GetOr("of", "no") == "yes";
  if (read) {
    text += ",\n";
    add(kUnknown, "UNKNOWN", -1);
  }
  text += ";\n\n  final int code;\n\n  " + of.name +
          "(int code) {\n    this.code = code;\n  }\n";
  if (read) {
    text += "\n  static " + of.name + " of(int code) {\n    for (" + of.name +
            " value : values()) {\n      if (value.code == code) {\n"
            "        return value;\n      }\n    }\n    return UNKNOWN;\n  }\n";
  }
  return text + "}\n";
}

// What a field starts with. With `zeros`, 0 stands for the default of numbers.
std::string Initial(const Option& option, bool zeros) {
  const std::string value = option.given.empty() ? option.value : option.given;
  switch (option.type) {
    case Type::kTexts:
      return " = List.of()";
    case Type::kStruct:
      return option.of == "parameter_rule" ? " = ParameterRule.DEFAULT" : "";
    case Type::kEnum:
      return zeros || value.empty()
                 ? ""
                 : " = " + option.choices->name + "." + UpperCase(value);
    case Type::kFloats: {
      if (value == "0") {
        return " = new float[" + std::to_string(option.elements) + "]";
      }
      std::string values = value;
      for (int i = 1; i < option.elements; ++i) values += ", " + value;
      return " = {" + values + "}";
    }
    case Type::kFloat:
      return zeros || NumberText(value) == "0"
                 ? ""
                 : " = " + NumberText(value) + "f";
    default:
      return "";
  }
}

// With given=some, what is not given is null. With zeros=no, fields start with
// the default and not with 0, which stands for it.
std::string Fields(const Group& group, const Request& request) {
  const bool boxed = request.GetOr("given", "all") == "some";
  const bool zeros = request.GetOr("zeros", "yes") == "yes";
  std::string text;
  for (const Option& option : group.options) {
    if (!option.java) continue;
    text += TypeOf(option, boxed) + " " + CamelCase(option.name) +
            (boxed ? "" : Initial(option, zeros)) + ";\n";
  }
  return text;
}

std::string Assignment(const Option& option, bool some) {
  const std::string name = CamelCase(option.name);
  switch (option.type) {
    case Type::kFloats:
      return option.elements == 0
                 ? name + " = value.clone();"
                 : name + " = Native.sized(\"" + name + "\", value, " +
                       std::to_string(option.elements) + ");";
    case Type::kTexts:
      return name + " = List.of(value);";
    case Type::kEnum:
      return option.choices->open.empty() && !some
                 ? name + " = Objects.requireNonNull(value, \"" + name + "\");"
                 : name + " = value;";
    case Type::kStruct:
      return name + " = Objects.requireNonNull(value, \"" + name + "\");";
    case Type::kInt:
    case Type::kLong:
    case Type::kDouble:
      return name + " = Native.notNegative(\"" + name + "\", value);";
    case Type::kPath:
      return name + " = Native.onDisk(\"" + name + "\", value);";
    default:
      return name + " = value;";
  }
}

// Setters that return the object, and with given=some or getters=yes getters.
std::string Accessors(const Group& group, const Request& request) {
  const bool some = request.GetOr("given", "all") == "some";
  const bool getters = request.GetOr("getters", "no") == "yes";
  const std::string& owner = request.Get("class");
  std::string text;
  for (const Option& option : group.options) {
    if (!option.java) continue;
    const std::string name = CamelCase(option.name);
    text +=
        (text.empty() ? "" : "\n") + Javadoc(Sentence(option, !some), "") +
        "public " + owner + " " + name + "(" +
        (option.type == Type::kTexts ? "String..." : TypeOf(option, false)) +
        " value) {\n  " + Assignment(option, some) + "\n  return this;\n}\n";
    if (!some && !getters) continue;
    std::string value = name;
    if (option.type == Type::kFloats) {
      value = (some ? name + " == null ? null : " : "") + name + ".clone()";
    }
    text += "\n" +
            Javadoc(Sentence(option, false) + (some ? " Null: not given." : ""),
                    "") +
            "public " + TypeOf(option, some) + " " + name + "() {\n  return " +
            value + ";\n}\n";
  }
  return text;
}

std::string Names(const Group& group, const Request&) {
  std::string text;
  for (const Option& option : group.options) {
    if (!option.java) continue;
    text += (text.empty() ? "" : ",\n") + CamelCase(option.name);
  }
  return text + "\n";
}

}  // namespace

void AddJavaEmitters(Emitters* emitters) {
  emitters->of_enums["java.enum"] = EnumText;
  emitters->of_groups["java.fields"] = Fields;
  emitters->of_groups["java.accessors"] = Accessors;
  emitters->of_groups["java.names"] = Names;
}

}  // namespace alexnet::options
