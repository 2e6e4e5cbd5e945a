// Arguments of every verb that computes.

#ifndef ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_

#include <CLI/CLI.hpp>

#include "core/infer/session_options.h"

namespace alexnet::cli {

// --threads, --batch, --weights.
void AddSessionArguments(CLI::App& verb, SessionOptions& options);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_
