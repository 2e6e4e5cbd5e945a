// Emitters: what a region of a file is made of.

#ifndef ALEXNET_TOOLS_BUILD_OPTIONS_EMIT_H_
#define ALEXNET_TOOLS_BUILD_OPTIONS_EMIT_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "tools/build/options/description.h"

namespace alexnet::options {

// What a region's first line asks for: "BEGIN options: capi.read recipe
// from=given" is {"capi.read", "recipe", {{"from", "given"}}}.
struct Request {
  std::string emitter;
  std::string subject;  // a group or an enum
  std::map<std::string, std::string> arguments;

  // The value of an argument; throws std::runtime_error where it is missing.
  const std::string& Get(const std::string& name) const;
  std::string GetOr(const std::string& name, const std::string& other) const;
};

// The text of a region, in lines. Throws std::runtime_error with what is wrong.
std::string Emit(const Request& request);

// One emitter of enums, one of groups, by name.
using EnumEmitter = std::function<std::string(const Enum&, const Request&)>;
using GroupEmitter = std::function<std::string(const Group&, const Request&)>;
struct Emitters {
  std::map<std::string, EnumEmitter> of_enums;
  std::map<std::string, GroupEmitter> of_groups;
};

// One source for each mirror adds its own.
void AddCoreEmitters(Emitters* emitters);
void AddSchemaEmitters(Emitters* emitters);
void AddLayerEmitters(Emitters* emitters);
void AddCEmitters(Emitters* emitters);
void AddCapiEmitters(Emitters* emitters);
void AddCliEmitters(Emitters* emitters);
void AddJavaEmitters(Emitters* emitters);
void AddJniEmitters(Emitters* emitters);
void AddRustEmitters(Emitters* emitters);

// What mirrors share.

// "128 to 65,536", "at least 1", or "" where there is nothing to say.
std::string RangeText(const Option& option);
// "20", "all there are", or "".
std::string DefaultText(const Option& option);
// The sentence with its range.
std::string Documented(const Option& option);
// What an enum is, in sentences.
std::string SentenceOf(const Enum& of);
// Its further sentences behind a space, or "".
std::string More(const Option& option);
// The part of an option's place in the engine before its name: "schedule" of
// "schedule.factor"; "" where there is none.
std::string NestOf(const Option& option);
// Whether the option is the first of the group's in its nest, which is where a
// mirror that holds the nest as a member has it.
bool BeginsNest(const Group& group, const Option& option);
// The member at the end of its place: "factor".
std::string MemberOf(const Option& option);
// Its place: "schedule.factor".
std::string PlaceOf(const Option& option);
// What holds the number of a list's elements in C: "milestone_count".
std::string CountOf(const Option& option);
// "kRandomResized", as the engine and the schema spell a choice.
std::string ChoiceName(const Choice& choice);

}  // namespace alexnet::options

#endif  // ALEXNET_TOOLS_BUILD_OPTIONS_EMIT_H_
