// Rust's structs and enums.

#include <stdexcept>

#include "tools/build/options/emit.h"
#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

// Text of Rust's documentation; `indent` is where it will stand.
std::string Doc(const std::string& text, size_t indent) {
  return Wrapped(text, "/// ", 80 - indent);
}

std::string TypeOf(const Option& option) {
  switch (option.type) {
    case Type::kInt:
    case Type::kLong:
      return "usize";
    case Type::kSeed:
      return "u64";
    case Type::kFloat:
      return "f32";
    case Type::kDouble:
      return "f64";
    case Type::kBool:
      return "bool";
    case Type::kEnum:
      return option.choices->open.empty()
                 ? option.choices->name
                 : "Option<" + option.choices->name + ">";
    case Type::kFloats:
      return option.elements != 0
                 ? "[f32; " + std::to_string(option.elements) + "]"
                 : "Vec<f32>";
    case Type::kText:
      return "Option<String>";
    case Type::kTexts:
      return "Vec<String>";
    case Type::kContext:
      return "Option<Context>";
    case Type::kProgress:
      return "Progress<'a>";
    case Type::kStruct:
      return PascalCase(option.of);
    default:
      throw std::runtime_error(option.name + " has no type in Rust");
  }
}

std::string Sentence(const Option& option, bool with_default) {
  std::string text = Documented(option);
  const std::string value = DefaultText(option);
  if (with_default && !value.empty() && value != "0" && value != "0.0" &&
      option.type != Type::kEnum) {
    text += option.type == Type::kText    ? "; `None`: " + value
            : option.type == Type::kTexts ? "; empty: " + value
                                          : "; 0: " + value;
  }
  text += ".";
  return option.more.empty() ? text : text + " " + option.more + ".";
}

std::string EnumText(const Enum& of, const Request&) {
  std::string text = Doc(SentenceOf(of), 4) + "pub enum " + of.name + " {\n";
  for (const Choice& choice : of.choices) {
    text +=
        Replaced("    " + Doc(choice.sentence + ".", 8), "\n///", "\n    ///") +
        "    " + PascalCase(choice.name) + " = ALEXNET_" + of.prefix + "_" +
        UpperCase(choice.name) + ",\n";
  }
  return text + "}\n";
}

// With given=some, what is not given is None; with zero=value, zero is a value
// of each. Otherwise it is the default.
std::string Fields(const Group& group, const Request& request) {
  const bool some = request.GetOr("given", "all") == "some";
  const bool zero = request.GetOr("zero", "default") == "value";
  std::string text;
  for (const Option& option : group.options) {
    if (!option.rust) continue;
    const std::string type = TypeOf(option);
    text += Doc(Sentence(option, !some && !zero), 4) + "pub " + option.name +
            ": " + (some ? "Option<" + type + ">" : type) + ",\n";
  }
  return text;
}

// `value` of the option as C has it.
std::string ToC(const Option& option, const std::string& value,
                const std::string& field) {
  switch (option.type) {
    case Type::kInt:
    case Type::kLong:
      return "ffi::int(" + value + ", \"" + field + option.name + "\")?";
    case Type::kBool:
      return value + ".into()";
    case Type::kEnum:
      return option.choices->open.empty() ? value + ".to_c()"
                                          : "ffi::or_default(" + value + ")";
    case Type::kContext:
      return "Context::to_c(&" + value + ")";
    case Type::kStruct:
      return value + ".to_c()?";
    default:
      return value;
  }
}

// Fields that are given, and their bits, into C's struct `to`.
std::string GiveChanges(const Group& group, const Request& request) {
  const std::string& to = request.Get("to");
  const std::string bits = "sys::ALEXNET_" + UpperCase(group.name) + "_";
  std::string text;
  for (const Option& option : group.options) {
    const bool list = option.type == Type::kFloats;
    text += std::string("if let Some(value) = ") + (list ? "&" : "") + "self." +
            option.name + " {\n    " + to + ".fields |= " + bits +
            UpperCase(option.name) + " as u64;\n";
    if (list) {
      text += "    " + to + "." + option.name + " = value.as_ptr();\n    " +
              to + "." + CountOf(option) + " = value.len();\n";
    } else {
      text += "    " + to + "." + option.name + " = " +
              ToC(option, "value", group.name + ".") + ";\n";
    }
    text += "}\n";
  }
  return text;
}

// The fields of Rust's struct from C's, `from`.
std::string Read(const Group& group, const Request& request) {
  const bool some = request.GetOr("given", "all") == "some";
  const std::string& from = request.Get("from");
  std::string text;
  for (const Option& option : group.options) {
    if (!option.rust) continue;
    std::string value = from + "." + option.name;
    switch (option.type) {
      case Type::kInt:
        value = "ffi::size(" + value + ".into())";
        break;
      case Type::kLong:
        value = "ffi::size(" + value + ")";
        break;
      case Type::kBool:
        value += " != 0";
        break;
      case Type::kEnum:
        value = option.choices->name + "::from_c(" + value + ")?";
        break;
      case Type::kFloats:
        if (option.elements == 0) value = option.name;
        break;
      case Type::kStruct:
        value = PascalCase(option.of) + "::from_c(&" + value + ")?";
        break;
      default:
        break;
    }
    if (some) value = "Some(" + value + ")";
    text += value == option.name ? value + ",\n"
                                 : option.name + ": " + value + ",\n";
  }
  return text;
}

// What the fields of a Default start with: the defaults themselves.
std::string Defaults(const Group& group, const Request&) {
  std::string text;
  for (const Option& option : group.options) {
    if (!option.rust) continue;
    const std::string given =
        option.given.empty() ? option.value : option.given;
    std::string value = Replaced(given, "'", "_");
    switch (option.type) {
      case Type::kInt:
      case Type::kLong:
      case Type::kSeed:
        if (value.empty()) value = "0";
        break;
      case Type::kFloat:
      case Type::kDouble:
        value = NumberText(given);
        if (value.find_first_of(".e") == std::string::npos) value += ".0";
        break;
      case Type::kBool:
        value = given == "true" ? "true" : "false";
        break;
      case Type::kEnum:
        value = option.choices->open.empty()
                    ? option.choices->name + "::" + PascalCase(given)
                    : "None";
        break;
      case Type::kFloats:
        value = "[" + NumberText(given) + ".0; " +
                std::to_string(option.elements) + "]";
        break;
      case Type::kText:
      case Type::kContext:
        value = "None";
        break;
      case Type::kTexts:
        value = "Vec::new()";
        break;
      case Type::kStruct:
        value = PascalCase(option.of) + "::default()";
        break;
      default:
        throw std::runtime_error(option.name + " has no default in Rust");
    }
    text += option.name + ": " + value + ",\n";
  }
  return text;
}

// All fields into C's struct `to`. What it points to lives in the scope where
// this stands.
std::string Give(const Group& group, const Request& request) {
  const std::string& to = request.Get("to");
  const std::string& from = request.Get("from");
  std::string before;
  std::string text;
  for (const Option& option : group.options) {
    if (!option.rust) continue;
    const std::string value = from + "." + option.name;
    const std::string target = to + "." + option.name;
    const std::string named = "\"" + option.name + "\"";
    switch (option.type) {
      case Type::kText:
        before += "let " + option.name + " = ffi::c_text(&" + value + ", " +
                  named + ")?;\n";
        text += target + " = ffi::or_null(&" + option.name + ");\n";
        break;
      case Type::kTexts:
        before += "let " + option.name + " = CStrings::new(&" + value + ", " +
                  named + ")?;\n";
        text += target + " = " + option.name + ".as_ptr();\n" + to + "." +
                CountOf(option) + " = " + option.name + ".len();\n";
        break;
      case Type::kProgress:
        break;
      default:
        text += target + " = " + ToC(option, value, "") + ";\n";
    }
  }
  return before + text;
}

}  // namespace

void AddRustEmitters(Emitters* emitters) {
  emitters->of_enums["rust.enum"] = EnumText;
  emitters->of_groups["rust.fields"] = Fields;
  emitters->of_groups["rust.give_changes"] = GiveChanges;
  emitters->of_groups["rust.defaults"] = Defaults;
  emitters->of_groups["rust.give"] = Give;
  emitters->of_groups["rust.read"] = Read;
}

}  // namespace alexnet::options
