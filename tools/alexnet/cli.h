// What the verbs of the command line share. A verb is one file: it declares its
// arguments and, when chosen, makes one call of the library and prints what
// came back. verbs.cc lists them.

#ifndef ALEXNET_TOOLS_ALEXNET_CLI_H_
#define ALEXNET_TOOLS_ALEXNET_CLI_H_

#include <alexnet/alexnet.hpp>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>

#include "tools/alexnet/arguments.h"
#include "tools/alexnet/json.h"

namespace alexnet::cli {

// Handed to the verb that runs.
struct Setting {
  Limits limits;       // fire on Ctrl-C and on termination
  const Context& log;  // to standard error
};

// Throws alexnet::Error, Failure or UsageError.
using Action = std::function<void(Setting&)>;

// What a verb found that makes the program fail, in words.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Verb {
  const char* name;
  const char* summary;
  // Declares its arguments; what is done with them when it is chosen.
  Action (*declare)(Arguments& arguments);
};

// All verbs, in the order of --help.
std::span<const Verb> Verbs();

// Prints one JSON document on standard output; fails if it cannot be written.
void PrintJson(const Json& document);
// Prints text on standard output.
void Print(const std::string& text);
// One line on standard error; takes a live line away first.
void Complain(const std::string& text);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_CLI_H_
