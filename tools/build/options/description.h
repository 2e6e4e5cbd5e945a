// The one description of every option: what it is called, what it may be, and
// one sentence about it. Everything that mirrors it is made of this: structs of
// the engine, the schema, the C interface, the command line, Java and Rust.

#ifndef ALEXNET_TOOLS_BUILD_OPTIONS_DESCRIPTION_H_
#define ALEXNET_TOOLS_BUILD_OPTIONS_DESCRIPTION_H_

#include <string>
#include <vector>

namespace alexnet::options {

// One value of an enum.
struct Choice {
  std::string name;        // "random_resized"
  std::string sentence;    // about it
  std::string word = "";   // on the command line, if not its name
  std::string camel = "";  // "RandomResized", if not made of its name
};

// Choices are numbered from 0, or from 1 where 0 leaves the choice open.
struct Enum {
  std::string name;       // in Java and Rust: "Crop"
  std::string core;       // in the engine and in the schema: "CropKind"
  std::string prefix;     // of C's constants: "CROP"
  std::string sentence;   // what is chosen
  std::string more = "";  // further sentences
  std::vector<Choice> choices;
  // What leaving it open means; empty: it cannot be.
  std::string open = "";
};

enum class Type {
  kInt,     // 32 bits
  kLong,    // 64 bits
  kSeed,    // 64 bits, unsigned
  kFloat,   // 32 bits
  kDouble,  // 64 bits
  kBool,
  kEnum,
  kFloats,  // 32-bit floats
  kText,
  kPath,
  kTexts,
  kContext,
  kProgress,
  kStruct,  // one of the structs without a size, in place
};

struct Option {
  std::string name;  // "warmup_epochs"
  Type type = Type::kInt;
  const Enum* choices = nullptr;  // of kEnum
  int elements = 0;               // of kFloats; 0: any number
  std::string of = "";            // type of a kStruct: "window"
  std::string sentence;           // about it, without default and range
  std::string more = "";          // further sentences
  // The default, in digits of C++ or as the name of a choice; empty: none is
  // needed.
  std::string value = "";
  // What Java and Rust start with, where 0 is the default; empty: `value`.
  std::string given = "";
  std::string by_default = "";  // in words, where `value` does not say it
  std::string stored = "";  // what a model file that lacks it means; empty: 0
  // Closed range, in digits of C++; empty: open.
  std::string least = "";
  std::string most = "";
  std::string unit = "";  // of the range: "pixels"
  std::string zero = "";  // what 0 means, where that is no number: "none"
  // Where it is called otherwise, or is of a type that does not follow.
  std::string core = "";  // "schedule.kind"
  // What the engine says of it, where that is the opposite: "Whether ..."
  std::string opposite = "";
  std::string flag = "";       // "--clip"
  std::string c_type = "";     // "const alexnet_network*"
  std::string java_type = "";  // "Network"
  // Whether it is there. If not, it may be, written by hand.
  bool engine = true;
  bool command_line = true;
  bool java = true;
  bool rust = true;
};

// A group of options that are given together.
struct Group {
  std::string name;           // "recipe": alexnet_recipe
  std::string core;           // "Recipe"
  std::string sentence = "";  // of a layer: what it computes
  std::vector<Option> options;
  std::string more = "";  // further sentences, of a layer
};

const std::vector<const Enum*>& Enums();
const std::vector<const Group*>& Groups();

}  // namespace alexnet::options

#endif  // ALEXNET_TOOLS_BUILD_OPTIONS_DESCRIPTION_H_
