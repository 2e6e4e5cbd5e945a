// What the verbs of the command line share. A verb is one file: it declares its
// arguments and, when chosen, makes one call of the engine and prints what came
// back.

#ifndef ALEXNET_TOOLS_ALEXNET_CLI_H_
#define ALEXNET_TOOLS_ALEXNET_CLI_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/cancel.h"
#include "core/base/log.h"
#include "core/base/status.h"

namespace alexnet::cli {

// Handed to the verb that runs.
struct Context {
  Interrupt interrupt;  // fires on Ctrl-C and on termination
  const Logger& log;    // to standard error
};

using Action = std::function<Status(Context&)>;

// Each adds its verb to `app` and sets `action` when that verb is chosen.
void AddBench(CLI::App& app, Action& action);
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
Status PrintJson(const nlohmann::ordered_json& document);
// Prints text on standard output.
Status Print(const std::string& text);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_CLI_H_
