// The command line's options.

#include <algorithm>
#include <stdexcept>

#include "tools/build/options/emit.h"
#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

std::string FlagOf(const Option& option) {
  return option.flag.empty() ? "--" + KebabCase(option.name) : option.flag;
}

// {{"centre", ALEXNET_CROP_CENTRE}, ...}
std::string ChoicesText(const Enum& of) {
  std::string text;
  for (const Choice& choice : of.choices) {
    text += std::string(text.empty() ? "" : ", ") + "{\"" +
            (choice.word.empty() ? choice.name : choice.word) + "\", ALEXNET_" +
            of.prefix + "_" + UpperCase(choice.name) + "}";
  }
  return "{" + text + "}";
}

std::string Quoted(const std::string& text) {
  return "\"" + Replaced(text, "\"", "\\\"") + "\"";
}

// Options that set a field and the bit that says so.
std::string Changes(const Group& group, const Request& request) {
  const std::string& to = request.Get("to");
  std::string text;
  for (const Option& option : group.options) {
    if (!option.command_line) continue;
    const std::string field = to + "." + option.name;
    const std::string common = Quoted(FlagOf(option)) + ", " + field + ", ";
    const std::string help = Quoted(Documented(option));
    switch (option.type) {
      case Type::kEnum:
        text += "arguments.Choice(" + common + ChoicesText(*option.choices) +
                ", " + help + ")";
        break;
      case Type::kBool:
        text += "arguments.Choice(" + common +
                "{{\"true\", 1}, {\"false\", 0}}, " + help + ")";
        break;
      case Type::kFloats:
        text += "arguments.List(" + common + to + "." + CountOf(option) + ", " +
                help + ")";
        break;
      default:
        text += "arguments.Number(" + common + help + ")";
    }
    text += ".Marks(" + to + ".fields, ALEXNET_" + UpperCase(group.name) + "_" +
            UpperCase(option.name) + ");\n";
  }
  return text;
}

// Whether the request is for this option: one of `only`, if that is given, and
// none of `skip`.
bool Wanted(const Request& request, const std::string& name) {
  const auto listed = [&](const char* list) {
    const std::vector<std::string> names = Split(request.GetOr(list, ""), ',');
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return (request.GetOr("only", "").empty() || listed("only")) &&
         !listed("skip");
}

// With the default, where that is not shown as a value of the option's own.
std::string Help(const Option& option) {
  std::string text =
      option.sentence + (option.unit.empty() ? "" : ", in " + option.unit);
  if (option.type == Type::kEnum) {
    const std::string& open =
        option.by_default.empty() ? option.choices->open : option.by_default;
    return open.empty() ? text : text + "; by default " + open;
  }
  const bool shown = NumberText(option.value) != "0" && !option.value.empty();
  if (shown || option.by_default.empty()) return text;
  return text + (option.type == Type::kText ? "; by default " : "; 0: ") +
         option.by_default;
}

// Options that set a field, of which zero is the default.
std::string Options(const Group& group, const Request& request) {
  const std::string& to = request.Get("to");
  std::string text;
  for (const Option& option : group.options) {
    if (!option.command_line || !Wanted(request, option.name)) continue;
    const std::string common =
        Quoted(FlagOf(option)) + ", " + to + "." + option.name + ", ";
    const std::string help = Quoted(Help(option));
    switch (option.type) {
      case Type::kEnum:
        text += "arguments.Choice(" + common + ChoicesText(*option.choices) +
                ", " + help + ");\n";
        break;
      case Type::kBool:
        text += "arguments.Flag(" + common + help + ");\n";
        break;
      case Type::kText:
        text += "arguments.Text(" + common + help + ");\n";
        break;
      case Type::kInt:
      case Type::kLong:
      case Type::kSeed:
      case Type::kFloat:
      case Type::kDouble: {
        const std::string value = option.value.empty() ? "0" : option.value;
        const std::string least = !option.least.empty()      ? option.least
                                  : NumberText(value) == "0" ? "0"
                                                             : "1";
        text += "arguments.Number(" + common + value + ", " + least + ", " +
                (option.most.empty() ? "" : option.most + ", ") + help + ");\n";
        break;
      }
      default:
        throw std::runtime_error(option.name + " is not on the command line");
    }
  }
  return text;
}

// Pairs of options and flags.
std::string Flags(const Group& group, const Request&) {
  std::string text;
  for (const Option& option : group.options) {
    if (!option.command_line) continue;
    text += "{\"" + option.name + "\", \"" + FlagOf(option) + "\"},\n";
  }
  return text;
}

}  // namespace

void AddCliEmitters(Emitters* emitters) {
  emitters->of_groups["cli.changes"] = Changes;
  emitters->of_groups["cli.options"] = Options;
  emitters->of_groups["cli.flags"] = Flags;
}

}  // namespace alexnet::options
