// What the verbs of the command line share. A verb is one file: it declares its
// arguments and, when chosen, makes one call of the library and prints what
// came back.

#ifndef ALEXNET_TOOLS_ALEXNET_CLI_H_
#define ALEXNET_TOOLS_ALEXNET_CLI_H_

#include <CLI/CLI.hpp>
#include <alexnet/alexnet.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace alexnet::cli {

// Handed to the verb that runs.
struct Setting {
  Limits limits;       // fire on Ctrl-C and on termination
  const Context& log;  // to standard error
};

// Throws alexnet::Error or Failure.
using Action = std::function<void(Setting&)>;

// What a verb found that makes the program fail, in words.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Each adds its verb to `app` and sets `action` when that verb is chosen.
void AddBench(CLI::App& app, Action& action);
void AddConvert(CLI::App& app, Action& action);
void AddDemo(CLI::App& app, Action& action);
void AddDoctor(CLI::App& app, Action& action);
void AddEval(CLI::App& app, Action& action);
void AddFinetune(CLI::App& app, Action& action);
void AddPack(CLI::App& app, Action& action);
void AddPredict(CLI::App& app, Action& action);
void AddPresets(CLI::App& app, Action& action);
void AddTrain(CLI::App& app, Action& action);
void AddVerify(CLI::App& app, Action& action);

// Prints one JSON document on standard output; fails if it cannot be written.
// Strings that are not UTF-8 (file names may be any bytes) are repaired.
void PrintJson(const nlohmann::ordered_json& document);
// Prints text on standard output.
void Print(const std::string& text);
// One line on standard error; takes a live line away first.
void Complain(const std::string& text);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_CLI_H_
