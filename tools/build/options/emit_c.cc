// The C interface's enums and structs.

#include <stdexcept>

#include "tools/build/options/emit.h"
#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

// A comment of C, in lines of at most 80 - `indent` characters.
std::string Comment(const std::string& text, size_t indent) {
  const size_t width = 80 - indent;
  std::string line = "/* " + text + " */\n";
  if (line.size() - 1 <= width) return line;
  std::string lines = Wrapped(text, " * ", width);
  lines[0] = '/';
  lines.erase(lines.size() - 1);
  const size_t last = lines.rfind('\n');
  const size_t length = lines.size() - (last + 1);
  return lines + (length + 3 <= width ? " */\n" : "\n */\n");
}

std::string EnumText(const Enum& of, const Request&) {
  const std::string start = "  ALEXNET_" + of.prefix + "_";
  std::string text = Comment(SentenceOf(of), 0) + "enum {\n";
  int number = 0;
  const auto add = [&](const std::string& sentence, const std::string& name) {
    text += Replaced("  " + Comment(sentence + ".", 2), "\n *", "\n   *") +
            start + name + " = " + std::to_string(number++) + ",\n";
  };
  if (!of.open.empty()) add(of.open, "DEFAULT");
  for (const Choice& choice : of.choices) {
    add(choice.sentence, UpperCase(choice.name));
  }
  text.erase(text.rfind(','), 1);  // C99 allows it, C++98 does not
  return text + "};\n";
}

std::string Bits(const Group& group, const Request&) {
  std::string text;
  int bit = 0;
  for (const Option& option : group.options) {
    text += (text.empty() ? "" : ",\n") + ("ALEXNET_" + UpperCase(group.name)) +
            "_" + UpperCase(option.name) + " = 1 << " + std::to_string(bit++);
  }
  return text + "\n";
}

std::string Declaration(const Option& option) {
  const std::string& name = option.name;
  if (!option.c_type.empty()) return option.c_type + " " + name + ";";
  switch (option.type) {
    case Type::kInt:
    case Type::kBool:
    case Type::kEnum:
      return "int32_t " + name + ";";
    case Type::kLong:
      return "int64_t " + name + ";";
    case Type::kSeed:
      return "uint64_t " + name + ";";
    case Type::kFloat:
      return "float " + name + ";";
    case Type::kDouble:
      return "double " + name + ";";
    case Type::kFloats:
      return option.elements != 0 ? "float " + name + "[" +
                                        std::to_string(option.elements) + "];"
                                  : "const float* " + name + ";\nsize_t " +
                                        CountOf(option) + ";";
    case Type::kText:
    case Type::kPath:
      return "const char* " + name + ";";
    case Type::kTexts:
      return "const char* const* " + name + ";\nsize_t " + CountOf(option) +
             ";";
    case Type::kContext:
      return "alexnet_context* " + name + ";";
    case Type::kProgress:
      return "alexnet_progress_callback " + name + ";\nvoid* " + name +
             "_user;";
    case Type::kStruct:
      return "alexnet_" + option.of + " " + name + ";";
  }
  throw std::runtime_error(option.name + " has no type");
}

// What stands for the default, where `zero` is not a value.
std::string WithDefault(const Option& option, bool zero) {
  std::string text = Documented(option);
  if (option.type == Type::kEnum) {
    text += "; an ALEXNET_" + option.choices->prefix;
  }
  if (zero) return text;
  if (option.type == Type::kContext) return text + "; may be NULL";
  const std::string value = DefaultText(option);
  if (value.empty() || value == "0" || value == "0.0") return text;
  switch (option.type) {
    case Type::kEnum:
      return text;
    case Type::kText:
    case Type::kPath:
      return text + "; NULL: " + value;
    case Type::kTexts:
      return text + "; empty: " + value;
    default:
      return text + "; 0: " + value;
  }
}

// The fields of a struct, struct_size aside. With zero=value, zero is a value
// of each; otherwise it is the default.
std::string Fields(const Group& group, const Request& request) {
  const bool zero = request.GetOr("zero", "default") == "value";
  std::string text;
  for (const Option& option : group.options) {
    text += Comment(WithDefault(option, zero) + "." + More(option), 2) +
            Declaration(option) + "\n";
  }
  return text;
}

// What the fields of a struct, where zero is a value, start with in C++.
std::string Start(const Group& group, const Request&) {
  std::string text;
  for (const Option& option : group.options) {
    if (NumberText(option.value) == "0") continue;
    text += option.name + " = " + option.value + ";\n";
  }
  return text;
}

}  // namespace

void AddCEmitters(Emitters* emitters) {
  emitters->of_enums["c.enum"] = EnumText;
  emitters->of_groups["c.bits"] = Bits;
  emitters->of_groups["c.fields"] = Fields;
  emitters->of_groups["cpp.start"] = Start;
}

}  // namespace alexnet::options
