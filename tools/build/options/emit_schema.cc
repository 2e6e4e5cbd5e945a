// The model file's schema.

#include <stdexcept>

#include "tools/build/options/emit.h"
#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

constexpr size_t kWidth = 78;

std::string EnumText(const Enum& of, const Request&) {
  std::string text =
      Wrapped(SentenceOf(of), "// ", 80) + "enum " + of.core + " : byte {\n";
  int number = 0;
  for (const Choice& choice : of.choices) {
    text += Wrapped(choice.sentence + ".", "  // ", 80) + "  " +
            ChoiceName(choice) + " = " + std::to_string(number++) + ",\n";
  }
  return text + "}\n";
}

std::string TypeOf(const Option& option) {
  switch (option.type) {
    case Type::kInt:
      return "int";
    case Type::kLong:
      return "long";
    case Type::kFloat:
      return "float";
    case Type::kBool:
      return "bool";
    case Type::kEnum:
      return option.choices->core;
    case Type::kFloats:
      return "[float] (required)";
    case Type::kStruct:
      return PascalCase(option.of) + " (required)";
    default:
      throw std::runtime_error(option.name + " is not the schema's");
  }
}

std::string SentenceOf(const Option& option) {
  std::string text =
      option.opposite.empty() ? option.sentence : option.opposite;
  if (option.elements != 0) {
    text += "; " + std::to_string(option.elements) + " numbers";
  }
  if (!option.zero.empty()) text += "; 0: " + option.zero;
  return text + "." + More(option);
}

// The fields of a table; tables of what is nested stand between them.
std::string Fields(const Group& group, const Request& request) {
  const std::string nest = request.GetOr("nest", "");
  std::string text;
  for (const Option& option : group.options) {
    if (!option.engine) continue;
    const std::string at = NestOf(option);
    if (at == nest) {
      const std::string value =
          option.stored.empty() ? "" : " = " + option.stored;
      text += Wrapped(SentenceOf(option), "// ", kWidth) + MemberOf(option) +
              ": " + TypeOf(option) + value + ";\n";
    } else if (nest.empty() && BeginsNest(group, option)) {
      text += at + ": " + PascalCase(at) + " (required);\n";
    }
  }
  return text;
}

}  // namespace

void AddSchemaEmitters(Emitters* emitters) {
  emitters->of_enums["schema.enum"] = EnumText;
  emitters->of_groups["schema.fields"] = Fields;
}

}  // namespace alexnet::options
