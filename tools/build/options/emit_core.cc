// The engine's structs, their checks, and what carries them to and from the
// model file and JSON.

#include <algorithm>
#include <stdexcept>

#include "tools/build/options/emit.h"
#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

constexpr size_t kWidth = 78;  // of a comment within a struct

std::string TypeOf(const Option& option) {
  switch (option.type) {
    case Type::kInt:
      return "int";
    case Type::kLong:
      return "int64_t";
    case Type::kSeed:
      return "uint64_t";
    case Type::kFloat:
      return "float";
    case Type::kDouble:
      return "double";
    case Type::kBool:
      return "bool";
    case Type::kEnum:
      return option.choices->core;
    case Type::kFloats:
      return option.elements == 0
                 ? "std::vector<float>"
                 : "std::array<float, " + std::to_string(option.elements) + ">";
    case Type::kText:
    case Type::kPath:
      return "std::string";
    case Type::kTexts:
      return "std::vector<std::string>";
    case Type::kStruct:
      return PascalCase(option.of);
    default:
      throw std::runtime_error(option.name + " is not the engine's");
  }
}

std::string ValueOf(const Option& option) {
  if (option.type == Type::kFloats && option.elements != 0) {
    std::string values;
    for (int i = 0; i < option.elements; ++i) {
      values += (i == 0 ? "" : ", ") + option.value;
    }
    return option.value == "0" ? "{}" : "{" + values + "}";
  }
  if (option.value.empty()) return "";
  if (!option.opposite.empty()) {
    return option.value == "false" ? " = true" : " = false";
  }
  if (option.type == Type::kText) return " = \"" + option.value + "\"";
  if (option.type != Type::kEnum) return " = " + option.value;
  for (const Choice& choice : option.choices->choices) {
    if (choice.name == option.value) {
      return " = " + option.choices->core + "::k" + ChoiceName(choice);
    }
  }
  throw std::runtime_error(option.name + " has no choice " + option.value);
}

// The group's options at `nest`.
std::vector<const Option*> At(const Group& group, const std::string& nest) {
  std::vector<const Option*> options;
  for (const Option& option : group.options) {
    if (option.engine && NestOf(option) == nest) options.push_back(&option);
  }
  if (options.empty()) throw std::runtime_error("no option is at " + nest);
  return options;
}

std::string EnumText(const Enum& of, const Request&) {
  std::string text = Wrapped(SentenceOf(of), "// ", 80) + "enum class " +
                     of.core + " : int8_t {\n";
  int number = 0;
  for (const Choice& choice : of.choices) {
    text += Wrapped(choice.sentence + ".", "  // ", 80) + "  k" +
            ChoiceName(choice) + " = " + std::to_string(number++) + ",\n";
  }
  return text + "};\n";
}

std::string NamesText(const Enum& of, const Request&) {
  std::string names;
  for (const Choice& choice : of.choices) {
    names += (names.empty() ? "\"" : ", \"") + choice.name + "\"";
  }
  return "inline constexpr std::array k" + of.core + "Names = {" + names +
         "};\n";
}

std::string Fields(const Group& group, const Request& request) {
  std::string text;
  for (const Option* option : At(group, request.GetOr("nest", ""))) {
    text +=
        Wrapped(
            (option->opposite.empty() ? Documented(*option)
                                      : option->opposite) +
                (NumberText(option->value) == "0" && !option->by_default.empty()
                     ? "; 0: " + option->by_default
                     : "") +
                "." + More(*option),
            "// ", kWidth) +
        TypeOf(*option) + " " + MemberOf(*option) + ValueOf(*option) + ";\n";
  }
  return text;
}

// The default of one option.
std::string Constant(const Group& group, const Request& request) {
  for (const Option& option : group.options) {
    if (option.name == request.Get("option")) {
      return "inline constexpr " + TypeOf(option) + " " + request.Get("name") +
             ValueOf(option) + ";\n";
    }
  }
  throw std::runtime_error(group.name + " has no " + request.Get("option"));
}

std::string Changes(const Group& group, const Request&) {
  std::string text;
  for (const Option& option : group.options) {
    text += "std::optional<" + TypeOf(option) + "> " + option.name + ";\n";
  }
  return text;
}

std::string Change(const Group& group, const Request& request) {
  std::string text;
  for (const Option& option : group.options) {
    text += "Put(" + request.Get("from") + "." + option.name + ", &" +
            request.Get("to") + "." + PlaceOf(option) + ");\n";
  }
  return text;
}

// What the group says, option by option, but those that are skipped.
std::string Told(const Group& group, const Request& request) {
  const std::vector<std::string> skipped =
      Split(request.GetOr("skip", ""), ',');
  const bool optional = request.GetOr("optional", "") == "true";
  std::string text;
  for (const Option& option : group.options) {
    if (!option.engine || std::find(skipped.begin(), skipped.end(),
                                    option.name) != skipped.end()) {
      continue;
    }
    const std::string place =
        request.Get("from") + "." + (optional ? option.name : PlaceOf(option));
    std::string value = (optional ? "*" : "") + place;
    if (option.type == Type::kEnum) {
      value = "NameOf(k" + option.choices->core + "Names, " + value + ")";
    }
    text += (optional ? "if (" + place + ") " : "") + request.Get("to") +
            ".Add(\"" + option.name + "\", " + value + ");\n";
  }
  return text;
}

// Checks of what has a range, or choices.
std::string Checks(const Group& group, const Request& request) {
  std::string text;
  for (const Option* option : At(group, request.GetOr("nest", ""))) {
    const std::string value = request.Get("of") + "." + MemberOf(*option);
    const std::string named =
        "\"" + request.GetOr("field", "") + option->name + "\", " + value;
    std::string check;
    if (option->type == Type::kEnum) {
      check = "CheckEnum(" + named + ", " + option->choices->core + "::k" +
              ChoiceName(option->choices->choices.back()) + ")";
    } else if (!option->most.empty()) {
      check = "CheckRange<" + TypeOf(*option) + ">(" + named + ", " +
              option->least + ", " + option->most + ")";
    } else {
      continue;
    }
    text += "ALEXNET_RETURN_IF_ERROR(" + check + ");\n";
  }
  return text;
}

// What the schema's function for a table is given for an option.
std::string Encoded(const Option& option, const std::string& from) {
  std::string value = from + "." + MemberOf(option);
  if (option.type == Type::kFloats || option.type == Type::kStruct) {
    return MemberOf(option);  // made before
  }
  if (option.type != Type::kEnum) return value;
  return "EncodeEnum<schema::" + option.choices->core + ">(" + value + ")";
}

std::string Encode(const Group& group, const Request& request) {
  const std::string nest = request.GetOr("nest", "");
  const std::string table = nest.empty() ? group.core : PascalCase(nest);
  const std::string made = nest.empty() ? "encoded" : nest;
  const std::string& from = request.Get("from");
  std::string before;
  std::string arguments = "builder";
  for (const Option& option : group.options) {
    if (!option.engine) continue;
    const std::string at = NestOf(option);
    if (at == nest) {
      arguments += ", " + Encoded(option, from);
      const std::string member = MemberOf(option);
      if (option.type == Type::kFloats) {
        before += "const auto " + member + " = builder.CreateVector(" + from +
                  "." + member + ".data(), " + from + "." + member +
                  ".size());\n";
      } else if (option.type == Type::kStruct) {
        before += "const auto " + member + " = Encode" + TypeOf(option) +
                  "(builder, " + from + "." + member + ");\n";
      }
    } else if (nest.empty() && BeginsNest(group, option)) {
      arguments += ", " + at;
    }
  }
  return before + "const auto " + made + " = schema::Create" + table + "(" +
         arguments + ");\n";
}

std::string Decode(const Group& group, const Request& request) {
  const std::string& from = request.Get("from");
  const std::string& to = request.Get("to");
  const std::string field = request.GetOr("field", "");
  std::string text;
  for (const Option* option : At(group, request.GetOr("nest", ""))) {
    const std::string member = MemberOf(*option);
    const std::string target = to + "." + member;
    const std::string value = from + "." + member + "()";
    const std::string named = "\"" + field + PlaceOf(*option) + "\"";
    std::string decoded;
    switch (option->type) {
      case Type::kEnum:
        decoded = "DecodeEnum<" + option->choices->core + ">(" + value + ", " +
                  named + ")";
        break;
      case Type::kStruct:
        decoded = "Decode" + TypeOf(*option) + "(*" + value + ")";
        break;
      case Type::kFloats:
        if (option->elements != 0) {
          text += "ALEXNET_RETURN_IF_ERROR(DecodeNumbers(*" + value + ", " +
                  named + ", " + target + "));\n";
          continue;
        }
        decoded = "DecodeVector(*" + value + ", " + named + ", budget)";
        break;
      default:
        text += target + " = " + value + ";\n";
        continue;
    }
    text += "ALEXNET_ASSIGN_OR_RETURN(" + target + ", " + decoded + ");\n";
  }
  return text;
}

// Pairs for a JSON object.
std::string Json(const Group& group, const Request& request) {
  std::string text;
  for (const Option& option : group.options) {
    if (!option.engine) continue;
    std::string value = request.Get("from") + "." + PlaceOf(option);
    if (option.type == Type::kEnum) {
      value = "NameOf(k" + option.choices->core + "Names, " + value + ")";
    } else if (option.type == Type::kStruct) {
      value = PascalCase(option.of) + "Json(" + value + ")";
    }
    text += "{\"" + (option.opposite.empty() ? option.name : MemberOf(option)) +
            "\", " + value + "},\n";
  }
  return text;
}

}  // namespace

void AddCoreEmitters(Emitters* emitters) {
  emitters->of_enums["core.enum"] = EnumText;
  emitters->of_enums["core.names"] = NamesText;
  emitters->of_groups["core.fields"] = Fields;
  emitters->of_groups["core.constant"] = Constant;
  emitters->of_groups["core.changes"] = Changes;
  emitters->of_groups["core.change"] = Change;
  emitters->of_groups["core.checks"] = Checks;
  emitters->of_groups["core.told"] = Told;
  emitters->of_groups["codec.encode"] = Encode;
  emitters->of_groups["codec.decode"] = Decode;
  emitters->of_groups["json.pairs"] = Json;
}

}  // namespace alexnet::options
