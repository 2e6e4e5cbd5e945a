// The C interface's implementation: its structs to the engine's, and back.

#include "tools/build/options/emit.h"
#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

std::string LastOf(const Enum& of) {
  return "ALEXNET_" + of.prefix + "_" + UpperCase(of.choices.back().name);
}

// Changes: those whose bit is set.
std::string ReadChanges(const Group& group, const Request& request) {
  const std::string& to = request.Get("to");
  const std::string given = request.Get("from");
  std::string text;
  for (const Option& option : group.options) {
    const std::string bit =
        "ALEXNET_" + UpperCase(group.name) + "_" + UpperCase(option.name);
    const std::string value = given + "." + option.name;
    const std::string target = to + "." + option.name;
    const std::string named =
        "\"alexnet_" + group.name + "." + option.name + "\"";
    text += "if (has(" + bit + ")) ";
    if (option.type == Type::kEnum) {
      text += "{ ALEXNET_ASSIGN_OR_RETURN(" + target + ", ReadEnum<" +
              option.choices->core + ">(" + value + ", " +
              LastOf(*option.choices) + ", " + named + ")); }\n";
    } else if (option.type == Type::kFloats) {
      text += "{ ALEXNET_ASSIGN_OR_RETURN(" + target + ", ReadFloats(" + value +
              ", " + given + "." + CountOf(option) + ", " + named + ")); }\n";
    } else {
      text += target + " = " + value +
              (option.type == Type::kBool ? " != 0" : "") + ";\n";
    }
  }
  return text;
}

// The bit of each field and where the field lies.
std::string FieldBits(const Group& group, const Request&) {
  const std::string type = "alexnet_" + group.name;
  std::string text;
  for (const Option& option : group.options) {
    text += "{ALEXNET_" + UpperCase(group.name) + "_" + UpperCase(option.name) +
            ", offsetof(" + type + ", " + option.name + ")},\n";
  }
  return text;
}

// Options of which zero is the default.
std::string Read(const Group& group, const Request& request) {
  const std::string& to = request.Get("to");
  std::string text;
  for (const Option& option : group.options) {
    if (!option.engine) continue;
    const std::string value = request.Get("from") + "." + option.name;
    const std::string target = to + "." + PlaceOf(option);
    const std::string named = "\"" + option.name + "\"";
    switch (option.type) {
      case Type::kEnum:
        text += "ALEXNET_ASSIGN_OR_RETURN(" + target + ", ReadEnum<" +
                option.choices->core + ">(" + value + ", " +
                LastOf(*option.choices) + ", " + named + "));\n";
        break;
      case Type::kStruct:
        text += "ALEXNET_ASSIGN_OR_RETURN(" + target + ", Read" +
                PascalCase(option.of) + "(" + value + ", " + named + "));\n";
        break;
      case Type::kBool:
        text += target + " = " + value +
                (option.opposite.empty() ? " != 0" : " == 0") + ";\n";
        break;
      case Type::kText:
      case Type::kPath:
        text +=
            "if (" + value + " != nullptr) " + target + " = " + value + ";\n";
        break;
      case Type::kFloats:
        text += "std::copy(std::begin(" + value + "), std::end(" + value +
                "), " + target + ".begin());\n";
        break;
      default: {
        const std::string number = NumberText(option.value);
        text += (number == "0" ? "" : "if (" + value + " != 0) ") + target +
                " = " + value + ";\n";
      }
    }
  }
  return text;
}

// Numbers that are taken as they are.
std::string Copy(const Group& group, const Request& request) {
  std::string text;
  for (const Option& option : group.options) {
    text += request.Get("to") + "." + PlaceOf(option) + " = " +
            request.Get("from") + "." + option.name + ";\n";
  }
  return text;
}

std::string Fill(const Group& group, const Request& request) {
  const std::string& to = request.Get("to");
  std::string text;
  for (const Option& option : group.options) {
    if (!option.engine) continue;
    const std::string value = request.Get("from") + "." + PlaceOf(option);
    const std::string target = to + "." + option.name;
    if (option.type == Type::kEnum) {
      text += target + " = static_cast<int32_t>(" + value + ");\n";
    } else if (option.type == Type::kStruct) {
      text += target + " = ToAbi(" + value + ");\n";
    } else if (!option.opposite.empty()) {
      text += target + " = !" + value + ";\n";
    } else if (option.type != Type::kFloats) {
      text += target + " = " + value + ";\n";
    } else if (option.elements == 0) {
      text += target + " = " + value + ".data();\n" + to + "." +
              CountOf(option) + " = " + value + ".size();\n";
    } else {
      text += "std::copy(" + value + ".begin(), " + value + ".end(), " +
              target + ");\n";
    }
  }
  return text;
}

}  // namespace

void AddCapiEmitters(Emitters* emitters) {
  emitters->of_groups["capi.read_changes"] = ReadChanges;
  emitters->of_groups["capi.field_bits"] = FieldBits;
  emitters->of_groups["capi.read"] = Read;
  emitters->of_groups["capi.copy"] = Copy;
  emitters->of_groups["capi.fill"] = Fill;
}

}  // namespace alexnet::options
